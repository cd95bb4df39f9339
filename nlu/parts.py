"""Where a message may fall apart into two questions. Only says where: ``nlu/second_question.py`` decides whether."""

from __future__ import annotations

import re
from typing import NamedTuple

# A part of fewer words is no question of its own: "en snel graag".
SHORTEST_PART_WORDS = 3
# Of a longer text, only so many places are tried, so that its time is bounded.
MOST_PLACES = 4
LONGEST_TEXT = 600

_WORD = re.compile(r"\w+")
_SENTENCE_END = ".?!;\n"
# Between the parts: the end of a sentence, or a word that joins two main clauses. Not a comma alone, nor "maar": what
# follows those mostly tells more about the same thing.
_PLACE = re.compile(
    r"[.?!;\n]+\s+(?=\S)"
    r"|,?\s+(?=(?:en|oh?|o\sja|daarnaast|verder|trouwens|tevens|ook|eveneens|plus)\b[ ,])",
    re.IGNORECASE,
)
# What only joins says nothing about the question that follows.
_JOINT = re.compile(
    r"(?:(?:en|maar|oh?|ja|daarnaast|verder|trouwens|tevens|ook|eveneens|plus|dan|nog|even|iets|vraagje|vraag)\b[ ,:]*)+",
    re.IGNORECASE,
)


# On a Rasa message: the pairs of parts, and (2 * pairs, d) their sentence vectors, first and second part in turn.
PARTS = "parts"
PART_VECTORS = "part_vectors"
# Per pair the likeliest intent of either part: ((name, probability), (name, probability)).
PART_INTENTS = "part_intents"
# The entity that carries the intent of a second question.
NEXT_QUESTION = "next_question"


class Part(NamedTuple):
    """A piece of a message: its words without what joins them to the rest, and where they stand in the message."""

    text: str
    start: int
    end: int


def two_parts(text: str) -> list[tuple[Part, Part]]:
    """Return the ways to read ``text`` as two parts, between sentences first; none for a short or a very long text."""
    if len(text) > LONGEST_TEXT:
        return []
    pairs = []
    for match in sorted(_PLACE.finditer(text), key=lambda place: place.group()[0] not in _SENTENCE_END):
        first, second = _part(text, 0, match.start()), _part(text, match.end(), len(text))
        if min(_words(first), _words(second)) >= SHORTEST_PART_WORDS:
            pairs.append((first, second))
    return pairs[:MOST_PLACES]


def _part(text: str, start: int, end: int) -> Part:
    joint = _JOINT.match(text, start, end)
    start = joint.end() if joint and start else start
    stripped = text[start:end].rstrip()
    return Part(stripped, start, start + len(stripped))


def _words(part: Part) -> int:
    return len(_WORD.findall(part.text))
