"""Unigram tokenizer of multilingual-e5-small (SentencePiece, that of XLM-RoBERTa) with offsets into the original text.

The likeliest segmentation of a word is found with the Viterbi algorithm (Kudo 2018, "Subword Regularization", section
3.1). No piece crosses a space, so words are segmented one by one and the common ones are remembered.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from nlu.e5.weights import Vocabulary

WORD_START = "\u2581"
_REMEMBERED_WORDS = 16_384
# Longer "words" are mostly noise and are not worth remembering; this also bounds what the memory can grow to.
_LONGEST_REMEMBERED = 32
# SentencePiece gives an unknown character the score of the unlikeliest piece minus ten.
_UNKNOWN_PENALTY = 10.0


class Piece(NamedTuple):
    """A token: its id and the half-open range of characters of the original text that it stands for."""

    id: int
    start: int
    end: int


class Tokenizer:
    """Turns text into pieces. Safe to share between threads."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._pieces = vocabulary.pieces
        self._scores = vocabulary.scores
        self._normalisation = vocabulary.normalisation
        self._unknown = vocabulary.unknown
        self._longest_piece = max(map(len, vocabulary.pieces))
        self._unknown_score = min(vocabulary.scores) - _UNKNOWN_PENALTY
        self._segment_remembered = lru_cache(maxsize=_REMEMBERED_WORDS)(self._segment)

    def tokenize(self, text: str, limit: int) -> list[Piece]:
        """Return at most ``limit`` pieces of ``text``, in order.

        Any ``str`` is accepted, lone surrogates included. Time grows with ``len(text)`` times the longest piece (16
        characters); words past the limit are not looked at. A piece that stands for the start of a word alone has
        an empty range.
        """
        found: list[Piece] = []
        for word, starts, ends in self._words(text):
            segment = self._segment if len(word) > _LONGEST_REMEMBERED else self._segment_remembered
            for number, begin, end in segment(word):
                # position 0 of the word is the word-start mark, which is no character of the text
                start = starts[max(begin - 1, 0)]
                found.append(Piece(number, start, ends[end - 2] if end > 1 else start))
            if len(found) >= limit:
                return found[:limit]
        return found

    def _words(self, text: str) -> Iterator[tuple[str, list[int], list[int]]]:
        """Yield each word, normalised, behind the word-start mark, and where its characters start and end."""
        characters: list[str] = [WORD_START]
        starts: list[int] = []
        ends: list[int] = []
        replacement = self._normalisation.get
        for character, start, end in _composed(text):
            for normal in replacement(character, character):
                if normal in (" ", WORD_START):
                    if starts:
                        yield "".join(characters), starts, ends
                        characters, starts, ends = [WORD_START], [], []
                elif normal != "\0":
                    characters.append(normal)
                    starts.append(start)
                    ends.append(end)
        if starts:
            yield "".join(characters), starts, ends

    def _segment(self, word: str) -> tuple[tuple[int, int, int], ...]:
        """Return the likeliest segmentation of ``word`` as (id, begin, end); neighbouring unknowns are one."""
        length = len(word)
        best = [0.0] + [float("-inf")] * length
        came_from = [(0, 0)] * (length + 1)
        pieces, scores = self._pieces, self._scores
        for begin in range(length):
            so_far = best[begin]
            for end in range(begin + 1, min(length, begin + self._longest_piece) + 1):
                number = pieces.get(word[begin:end])
                if number is not None and so_far + scores[number] > best[end]:
                    best[end] = so_far + scores[number]
                    came_from[end] = number, begin
            if so_far + self._unknown_score > best[begin + 1]:
                best[begin + 1] = so_far + self._unknown_score
                came_from[begin + 1] = self._unknown, begin
        backwards: list[tuple[int, int, int]] = []
        end = length
        while end:
            number, begin = came_from[end]
            if backwards and number == self._unknown == backwards[-1][0]:
                backwards[-1] = number, begin, backwards[-1][2]
            else:
                backwards.append((number, begin, end))
            end = begin
        return tuple(reversed(backwards))


def _composed(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the characters of ``text`` with their ranges, loose accents joined to their letters."""
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        for position, character in enumerate(text):
            yield character, position, position + 1
        return
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        for character in unicodedata.normalize("NFC", text[start:end]):
            yield character, start, end
        start = end
