"""Cuts a text that is too long for one message of a channel."""

from __future__ import annotations


def cut(text: str, longest: int) -> list[str]:
    """The text in pieces of at most `longest` characters: between lines where that can be, else between words, else
    anywhere."""
    pieces = []
    while len(text) > longest:
        head = text[:longest]
        end = max(head.rfind("\n"), 0) or max(head.rfind(" "), 0) or longest
        pieces.append(text[:end].rstrip())
        text = text[end:].lstrip()
    return [*pieces, text]
