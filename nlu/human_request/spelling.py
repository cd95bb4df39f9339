"""Finds the lexicon word that a customer meant: typing errors, letters held too long, words run together."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from nlu.human_request.dutch_words import LONGEST_LISTED

# What a word becomes that is neither in the lexicon, nor Dutch, nor close to a word of the lexicon.
UNREADABLE = ""

_REPEATED = re.compile(r"(.)\1{2,}")
_APOSTROPHES = str.maketrans("’`´", "'''")

# A shorter word has too many neighbours for a letter to be added, left out or replaced.
_MIN_TYPO_LENGTH = 4
# Two errors, or an error in the first letter, are only believable in a longer word.
_TWO_ERRORS_LENGTH = 8
_OTHER_INITIAL_LENGTH = 6
_MIN_JOINED_LENGTH = 5
_INFLECTIONS = ("e", "en", "s", "t", "de", "te", "den", "ten")
_MIN_STEM = 4
_MIN_COMPOUND_PART = 4
_LONGEST_PART = 24
# Longer "words" are left alone; this also bounds the work on a text without spaces.
MAX_WORD_LENGTH = 40
_CACHE_SIZE = 8192


def plain_form(word: str) -> str:
    """Return ``word`` in lower case, without accents, and with one kind of apostrophe."""
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word[: 2 * MAX_WORD_LENGTH].lower().translate(_APOSTROPHES))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


class _Correction(NamedTuple):
    word: str
    errors: int


class Speller:
    """Maps words as typed to words of the lexicon.

    Args:
        words: every word of the lexicon.
        key_words: those that requests turn on; they win over other words that are as close.
        endings: words that a longer word may end in to count as that word ("storingsdienst" as "dienst").
        dutch: words that are not typing errors.
    """

    def __init__(
        self, words: Iterable[str], key_words: Collection[str], endings: Iterable[str], dutch: frozenset[str]
    ) -> None:
        self._words = frozenset(words)
        self._key_words = frozenset(key_words)
        self._endings = tuple(endings)
        self._dutch = dutch
        candidates = sorted(word for word in self._words if len(word) >= _MIN_TYPO_LENGTH)
        # The search keeps the first of equals.
        candidates.sort(key=lambda word: (word not in self._key_words, -len(word)))
        self._candidates = candidates
        self._by_initial: dict[str, list[str]] = {}
        for word in candidates:
            # The first two letters are often swapped.
            for initial in {word[0], word[1]}:
                self._by_initial.setdefault(initial, []).append(word)
        self._cached = lru_cache(maxsize=_CACHE_SIZE)(self._resolve)

    def resolve(self, word: str) -> tuple[str, ...]:
        """Return the lexicon's spelling of a word in plain form; several words when they were run together.

        A word that is not in the lexicon comes back as it is when it is Dutch (or a number), else as ``UNREADABLE``.
        """
        return self._cached(word) if len(word) <= MAX_WORD_LENGTH else (word,)

    def _resolve(self, word: str) -> tuple[str, ...]:
        if word in self._words or not word.isalpha():
            return (word,)
        for ending in self._endings:
            if word.endswith(ending):
                return (ending,)
        if word in self._dutch:
            return (word,)
        for times in (r"\1", r"\1\1"):
            shorter = _REPEATED.sub(times, word)
            if shorter in self._words:
                return (shorter,)
        near = self._corrected(word)
        # One letter away from a key word beats "bel en"; any other correction does not beat "bel me".
        if near is not None and near.word in self._key_words and near.errors == 1:
            return (near.word,)
        parts = self.split(word)
        if parts:
            return parts
        if self._is_inflection(word) or (near is None and self._is_compound(word)):
            return (word,)
        return (UNREADABLE if near is None else near.word,)

    def _is_inflection(self, word: str) -> bool:
        # The tables lack many regular forms.
        stems = (word.removesuffix(ending) for ending in _INFLECTIONS if word.endswith(ending))
        return len(word) > LONGEST_LISTED or any(
            len(stem) >= _MIN_STEM and stem in self._dutch for stem in stems
        )

    def _is_compound(self, word: str) -> bool:
        # Dutch makes them on the spot: "retourpagina".
        ends = range(_MIN_COMPOUND_PART, len(word) - _MIN_COMPOUND_PART + 1)
        return any(word[:end] in self._dutch and word[end:] in self._dutch for end in ends)

    def _corrected(self, word: str) -> _Correction | None:
        if len(word) < _MIN_TYPO_LENGTH:
            return None
        allowed = 2 if len(word) >= _TWO_ERRORS_LENGTH else 1
        same_initial = self._by_initial.get(word[0], ())
        found = process.extractOne(word, same_initial, scorer=OSA.distance, score_cutoff=allowed)
        if found is None and len(word) >= _OTHER_INITIAL_LENGTH:
            found = process.extractOne(word, self._candidates, scorer=OSA.distance, score_cutoff=1)
        if found is None or (found[1] > 1 and len(found[0]) < _TWO_ERRORS_LENGTH):
            return None
        return _Correction(str(found[0]), int(found[1]))

    def split(self, word: str) -> tuple[str, ...]:
        """Return the words that ``word`` is made of when spaces were left out ("ikwileenmens"), or an empty tuple.

        Every part must be in the lexicon and at least two letters long, and one must be a key word.
        """
        if not _MIN_JOINED_LENGTH <= len(word) <= MAX_WORD_LENGTH:
            return ()
        best: list[tuple[str, ...] | None] = [()] + [None] * len(word)
        for end in range(2, len(word) + 1):
            for start in range(max(0, end - _LONGEST_PART), end - 1):
                before, part = best[start], word[start:end]
                if before is None or part not in self._words:
                    continue
                current = best[end]
                if current is None or len(before) + 1 < len(current):
                    best[end] = (*before, part)
        parts = best[len(word)] or ()
        return parts if self._key_words.intersection(parts) else ()

    def rejoin(self, first: str, second: str) -> tuple[str, ...]:
        """Return what two neighbours as typed are when the space is in the wrong place ("mede werker", "ee nmens").

        Empty when they are just two words.
        """
        joined = first + second
        if joined in self._key_words and len(joined) >= _TWO_ERRORS_LENGTH:
            return (joined,)
        if UNREADABLE in (*self.resolve(first), *self.resolve(second)):
            return (joined,) if joined in self._key_words else self.split(joined)
        return ()
