"""What the customer meant to type: shorthand spelled out, shouting lowered, typing errors put right.

Only for reading: features are made of the repaired text, of training sentences and messages alike. What customers and
employees see, and what entities are looked for in, stays as it was typed.

Only a word that is neither Dutch nor in the training sentences is changed, and only into a word of those sentences
that is one slip away (two for seven letters or more). A word that the classifier has never seen would not help it
anyway, and a small vocabulary keeps wrong repairs rare.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from nlu.human_request.dutch_words import LONGEST_LISTED, dutch_words
from nlu.shorthand import SPELLED_OUT

# The encoder reads no further either.
MAX_CHARACTERS = 2000
_WORD = re.compile(r"['’]?[^\W_]+(?:['’.][^\W_]+)*")
_LETTERS = re.compile(r"[^\W\d_]+")
_SHORTEST, _LONGEST = 4, 30
_SHORTEST_FOR_TWO_SLIPS = 7
_SHORTEST_PART = 3
_REMEMBERED_WORDS = 10_000
# Capitals in this share of the letters is shouting, not a name.
_SHOUTING = 0.6


@dataclass(frozen=True)
class Reading:
    """``text`` as meant, and for each of its characters the ``origin``: the index in the text as typed."""

    text: str
    origin: tuple[int, ...]

    def as_typed(self, start: int, end: int) -> tuple[int, int]:
        """Return where the characters from ``start`` up to ``end`` (more than none) of ``text`` were typed."""
        return self.origin[start], self.origin[end - 1] + 1


class TypingRepair:
    """Repairs towards one vocabulary: ``words`` with how often each occurs in the training sentences."""

    def __init__(self, words: dict[str, int]) -> None:
        self.words = words
        self._targets = [word for word in words if len(word) >= _SHORTEST]
        self._repaired = lru_cache(_REMEMBERED_WORDS)(self._repair)

    @classmethod
    def fit(cls, texts: Iterable[str]) -> TypingRepair:
        """Learn the words of ``texts``: those that are Dutch, and any other that occurs more than once."""
        dutch = dutch_words()
        counts = Counter(word.lower() for text in texts for word in _LETTERS.findall(_plain(text)[0]))
        return cls(
            {
                word: times
                for word, times in sorted(counts.items())
                if len(word) >= _SHORTEST_PART and (times > 1 or word in dutch or len(word) > LONGEST_LISTED)
            }
        )

    def read(self, text: str) -> Reading:
        """Return ``text`` as it was meant. It takes time in proportion to the words that are not Dutch."""
        plain, origin = _plain(text[:MAX_CHARACTERS])
        characters: list[str] = []
        origins: list[int] = []
        for start, end, meant in self._pieces(plain):
            characters.append(meant)
            last = end - start - 1
            origins.extend(origin[start + min(offset, last)] for offset in range(len(meant)))
        return Reading("".join(characters), tuple(origins))

    def _pieces(self, plain: str) -> Iterator[tuple[int, int, str]]:
        """Yield ranges that cover ``plain`` with what each stands for."""
        done = 0
        for found in _WORD.finditer(plain):
            typed = found.group()
            meant = typed if _is_code(plain, found.start(), found.end()) else self._meant(typed)
            if meant != typed:
                if done < found.start():
                    yield done, found.start(), plain[done : found.start()]
                yield found.start(), found.end(), meant
                done = found.end()
        if done < len(plain):
            yield done, len(plain), plain[done:]

    def _meant(self, typed: str) -> str:
        word = typed.lower().replace("’", "'")
        if word in SPELLED_OUT:
            return SPELLED_OUT[word]
        if not (_SHORTEST <= len(word) <= _LONGEST and word.isalpha()):
            return typed
        repaired = self._repaired(word)
        return typed if repaired == word else repaired

    def _repair(self, word: str) -> str:
        if self._is_known(word):
            return word
        slips = 2 if len(word) >= _SHORTEST_FOR_TWO_SLIPS else 1
        near = process.extract(word, self._targets, scorer=OSA.distance, score_cutoff=slips, limit=10)
        if near:
            # people rarely miss the first letter
            distance, _, _, best = min(
                (distance, target[0] != word[0], -self.words[target], target) for target, distance, _ in near
            )
            return word if distance > 1 and self._is_compound(word) else best
        return self._two_words(word) or word

    def _is_known(self, word: str) -> bool:
        return word in self.words or word in dutch_words()

    def _is_compound(self, word: str) -> bool:
        """Return whether ``word`` says more of what a word of the training sentences is, as "nachtrit" does of "rit"."""
        cuts = range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1)
        return any(word[cut:] in self.words and self._is_known(word[:cut]) for cut in cuts)

    def _two_words(self, word: str) -> str | None:
        """Return ``word`` with the space that was left out, when both parts are words of the training sentences."""
        cuts = range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1)
        possible = [
            (self.words[word[:cut]] * self.words[word[cut:]], f"{word[:cut]} {word[cut:]}")
            for cut in cuts
            if word[:cut] in self.words and word[cut:] in self.words
        ]
        return max(possible)[1] if possible else None


def _is_code(plain: str, start: int, end: int) -> bool:
    """Return whether the word is a letter of a code, as in "T-100412" or "maat n/m", and no shorthand."""
    beside = plain[max(0, start - 1) : start] + plain[end : end + 1]
    return end - start == 1 and (plain[start].isupper() or not all(c.isspace() or c in ",!?" for c in beside))


def _plain(text: str) -> tuple[str, list[int]]:
    """Return ``text`` without shouting and with at most two of the same letter in a row, and where each came from."""
    letters = sum(character.isalpha() for character in text)
    shouted = letters > 2 and sum(character.isupper() for character in text) > _SHOUTING * letters
    kept: list[str] = []
    origin: list[int] = []
    for index, character in enumerate(text):
        lowered = character.lower() if shouted else character
        # the lower case of a few characters is longer than one
        single = lowered if len(lowered) == 1 else character
        if single.isalpha() and kept[-2:] == [single, single]:
            continue
        kept.append(single)
        origin.append(index)
    return "".join(kept), origin
