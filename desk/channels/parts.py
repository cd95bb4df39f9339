"""Cuts a text that is too long for one message of a channel."""

from __future__ import annotations

from channels.base import MessagingChannel


def parts_of(text: str, channel: type[MessagingChannel]) -> list[str]:
    """The text in pieces that the channel takes: cut between lines where that can be, else between words, else anywhere."""
    pieces = []
    while len(head := _head(text, channel)) < len(text):
        end = head.rfind("\n") if "\n" in head[1:] else head.rfind(" ")
        end = end if end > 0 else len(head)
        pieces.append(text[:end].rstrip())
        text = text[end:].lstrip()
    return [*pieces, text]


def _head(text: str, channel: type[MessagingChannel]) -> str:
    """As much of the beginning as goes in one message."""
    if not channel.counts_bytes:
        return text[: channel.longest_text]
    return text.encode()[: channel.longest_text].decode(errors="ignore")
