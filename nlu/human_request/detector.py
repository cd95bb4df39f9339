"""Decides whether a message asks for a human being: deterministic, without training, and readable in ``frames.yml``.

It is the second opinion beside the intent classifier. A classifier that is unsure must not keep a customer from a
human; and a mention of a human ("de medewerker zei dat ...") must not count as a request.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from nlu.human_request.frames import Frame, FrameTable, load
from nlu.human_request.lexicon import BREAK, UNKNOWN, Word

# Twice this is the longest message of a channel (docs/contracts.md, section 2), so that those are read whole. Of a longer
# text the two ends are: people ask at the start or at the end.
MAX_CHARACTERS_AT_EITHER_END = 5_000

# Directly after a question word "kan ik" does not start a new part: "op welk nummer kan ik u bellen".
_QUESTION_REACH = 3


@dataclass(frozen=True)
class HumanRequest:
    """A request for a human: the words that show it, as typed, and the frame of ``frames.yml`` they fit.

    Not ``certain``: the frame is often a request, but not always.
    """

    cue: str
    frame: str
    certain: bool


def asks_for_human(text: str) -> HumanRequest | None:
    """Return the first request for a human in ``text``, or None when there is none.

    Any ``str`` is accepted, lone surrogates included; the time is bounded whatever the length.
    """
    return _default_detector().find(text)


def refuses_human(text: str) -> bool:
    """Return whether ``text`` names a request for a human only to turn it down: "ik wil niet met een mens praten"."""
    return _default_detector().refuses(text)


class HumanRequestFinder:
    """Looks for the frames of one ``FrameTable``."""

    def __init__(self, table: FrameTable) -> None:
        self._table = table

    def find(self, text: str) -> HumanRequest | None:
        """Return the first request for a human in ``text``, or None."""
        return next(filter(None, map(self._find_in, _ends(text))), None)

    def refuses(self, text: str) -> bool:
        """Return whether ``text`` holds requests for a human, each of them negated."""
        return self.find(text) is None and any(map(self._refused_in, _ends(text)))

    def _find_in(self, text: str) -> HumanRequest | None:
        words = self._parts(self._table.lexicon.read(text))
        symbols = "".join(word.symbol for word in words)
        for frame, start, end in self._matches(symbols):
            if self._applies(frame, symbols, start, end) and not self._refused(frame, symbols, start, end):
                return HumanRequest(text[words[start].start : words[end - 1].end], frame.name, frame.certain)
        return None

    def _refused_in(self, text: str) -> bool:
        symbols = "".join(word.symbol for word in self._parts(self._table.lexicon.read(text)))
        return any(
            self._applies(frame, symbols, start, end) and self._refused(frame, symbols, start, end)
            for frame, start, end in self._matches(symbols)
        )

    def _matches(self, symbols: str) -> Iterator[tuple[Frame, int, int]]:
        for frame in self._table.frames:
            for pattern in frame.patterns:
                for match in pattern.finditer(symbols):
                    if match.group():
                        yield frame, match.start(), match.end()

    def _parts(self, words: list[Word]) -> list[Word]:
        """Return the words with a break before every word that starts a new sentence part."""
        symbols = _masked("".join(word.symbol for word in words), self._table.masked)
        starts = set()
        for pattern in self._table.part_starts:
            for match in pattern.finditer(symbols):
                before = symbols[max(0, match.start() - _QUESTION_REACH) : match.start()].rpartition(BREAK)[2]
                if not self._table.question_word.search(before):
                    starts.add(match.start())
        for pattern in self._table.not_part_starts:
            starts -= {match.end() - 1 for match in pattern.finditer(symbols)}
        parts: list[Word] = []
        for index, word in enumerate(words):
            if index in starts:
                parts.append(Word(BREAK, word.start, word.start))
            parts.append(Word(symbols[index], word.start, word.end))
        return parts

    def _applies(self, frame: Frame, symbols: str, start: int, end: int) -> bool:
        """Return whether the match is about the customer, here and now: not reported, not with what rules it out."""
        part_start, part = _part_around(symbols, start, end)
        if frame.not_with is not None and frame.not_with.search(part):
            return False
        return not self._table.report_verb.search(symbols, part_start, start)

    def _refused(self, frame: Frame, symbols: str, start: int, end: int) -> bool:
        if any(pattern.fullmatch(symbols, end) for pattern in self._table.negation_as_ending):
            return True
        part_start, part = _part_around(symbols, start, end)
        return not frame.holds_negation and self._negated(part, end - part_start)

    def _negated(self, part: str, end: int) -> bool:
        """Return whether the request that ends at ``end`` is denied within its sentence part."""
        part = _masked(part, self._table.harmless_negation)
        if any(pattern.match(part, end) for pattern in self._table.negation_after):
            return True
        if not self._table.negation.search(part, 0, end):
            return False
        asked = any(pattern.match(part) for pattern in self._table.negated_question)
        return not asked or any(pattern.search(part) for pattern in self._table.real_negation)


def _ends(text: str) -> list[str]:
    """Return what is read of ``text``: all of it, or its two ends."""
    if len(text) <= 2 * MAX_CHARACTERS_AT_EITHER_END:
        return [text]
    return [text[:MAX_CHARACTERS_AT_EITHER_END], text[-MAX_CHARACTERS_AT_EITHER_END:]]


def _part_around(symbols: str, start: int, end: int) -> tuple[int, str]:
    """Return where the sentence part with the match begins, and that part."""
    part_start = symbols.rfind(BREAK, 0, start) + 1
    part_end = symbols.find(BREAK, end)
    return part_start, symbols[part_start : part_end if part_end >= 0 else len(symbols)]


def _masked(symbols: str, patterns: Iterable[re.Pattern[str]]) -> str:
    for pattern in patterns:
        symbols = pattern.sub(lambda match: UNKNOWN * len(match.group()), symbols)
    return symbols


@lru_cache(maxsize=1)
def _default_detector() -> HumanRequestFinder:
    return HumanRequestFinder(load())
