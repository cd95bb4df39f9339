"""Turns a message into one character per word, so that a regular expression can look for words instead of letters.

The lexicon is the part ``woorden`` of ``words.yml``. Each word form in it gets a character of its own from Unicode's
private use area; any other word becomes ``UNKNOWN``, or ``GARBLED`` when it is no Dutch word, and a punctuation mark
``BREAK``. A message of twenty words is thus a string of about twenty characters, whatever the customer typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from nlu.human_request.spelling import UNREADABLE, Speller, plain_form

# Characters of the symbol string that stand for no word of the lexicon.
UNKNOWN = "x"
GARBLED = "g"
BREAK = "|"

_FIRST_SYMBOL = 0xE000
_MAX_SYMBOLS = 0xF8FF - _FIRST_SYMBOL

_WORD_OR_BREAK = re.compile(
    r"(?P<word>[^\W_]+(?:['’`´][^\W\d_]+)*)|(?P<break>[.,;:!?…\n()\[\]/|]+|\s[-–—]+\s)"
)


class Word(NamedTuple):
    """One word of a message: its symbol, and where it stands in the text as typed."""

    symbol: str
    start: int
    end: int


class _Form(NamedTuple):
    form: str
    start: int
    end: int


_END = _Form(BREAK, 0, 0)


class Lexicon:
    """The words of ``words.yml`` with their groups.

    Args:
        groups: word forms for each group name, lower case and without accents; a form may hold spaces.
        key_groups: names of the groups whose words are never far from a request (``spelling.py``).
        endings: see ``Speller``.
        dutch: see ``Speller``.

    Raises:
        ValueError: an unknown group in ``key_groups``, or more words than there are symbols.
    """

    def __init__(
        self,
        groups: Mapping[str, Iterable[str]],
        key_groups: Iterable[str],
        endings: Iterable[str],
        dutch: frozenset[str],
    ) -> None:
        self.groups = {name: frozenset(forms) for name, forms in groups.items()}
        forms = sorted({form for members in self.groups.values() for form in members})
        if len(forms) > _MAX_SYMBOLS:
            raise ValueError(f"{len(forms)} words is more than the {_MAX_SYMBOLS} that words.yml can hold")
        unknown = [name for name in key_groups if name not in self.groups]
        if unknown:
            raise ValueError(f"there is no group {', '.join(unknown)}")
        self._symbols = {form: chr(_FIRST_SYMBOL + index) for index, form in enumerate(forms)}
        self._symbols[UNREADABLE] = GARBLED
        self._symbols[BREAK] = BREAK
        self._phrases = _phrases_by_first_word(forms)
        key_words = {form for name in key_groups for form in self.groups[name] if " " not in form}
        words = {part for form in forms for part in form.split()}
        self._speller = Speller(words, key_words, endings, dutch)

    def symbols(self, name: str) -> str:
        """Return the symbols of a group (upper case) or of a single word (lower case).

        Raises:
            KeyError: there is no such group or word.
        """
        if name.isupper():
            return "".join(sorted(self._symbols[form] for form in self.groups[name]))
        return self._symbols[name]

    def read(self, text: str) -> list[Word]:
        """Return the words and breaks of ``text`` in order."""
        typed: list[_Form] = []
        for match in _WORD_OR_BREAK.finditer(text):
            plain = BREAK if match.lastgroup == "break" else plain_form(match.group())
            typed.append(_Form(plain, match.start(), match.end()))
        return self._with_phrases(self._spelled(typed))

    def _spelled(self, typed: list[_Form]) -> list[_Form]:
        forms: list[_Form] = []
        index = 0
        while index < len(typed):
            here = typed[index]
            after = typed[index + 1] if index + 1 < len(typed) else _END
            together = BREAK not in (here.form, after.form) and self._speller.rejoin(here.form, after.form)
            if together:
                forms.extend(_Form(part, here.start, after.end) for part in together)
                index += 2
                continue
            parts = (BREAK,) if here.form == BREAK else self._speller.resolve(here.form)
            forms.extend(_Form(part, here.start, here.end) for part in parts)
            index += 1
        return forms

    def _with_phrases(self, forms: list[_Form]) -> list[Word]:
        words: list[Word] = []
        index = 0
        while index < len(forms):
            length, form = self._longest_phrase(forms, index)
            end = forms[index + length - 1].end
            words.append(Word(self._symbols.get(form, UNKNOWN), forms[index].start, end))
            index += length
        return words

    def _longest_phrase(self, forms: list[_Form], index: int) -> tuple[int, str]:
        first = forms[index].form
        for phrase in self._phrases.get(first, ()):
            if tuple(entry.form for entry in forms[index : index + len(phrase)]) == phrase:
                return len(phrase), " ".join(phrase)
        return 1, first


def _phrases_by_first_word(forms: Iterable[str]) -> dict[str, list[tuple[str, ...]]]:
    phrases: dict[str, list[tuple[str, ...]]] = {}
    for form in forms:
        parts = tuple(form.split())
        if len(parts) > 1:
            phrases.setdefault(parts[0], []).append(parts)
    for candidates in phrases.values():
        candidates.sort(key=len, reverse=True)
    return phrases
