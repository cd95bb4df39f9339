"""Takes personal numbers and passwords out of text before it is stored or logged (R27, R28)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from privacy import detectors
from privacy.detectors import Kind, Span

# What stands in the place of a value. Messages, tickets and logs all show these.
PLACEHOLDERS = {
    Kind.BSN: "[BSN]",
    Kind.IBAN: "[IBAN]",
    Kind.CARD: "[kaartnummer]",
    Kind.PASSWORD: "[wachtwoord]",
    Kind.EMAIL: "[e-mailadres]",
}


@dataclass(frozen=True)
class Masked:
    """A text without personal numbers, and the kinds that were taken out of it."""

    text: str
    kinds: frozenset[Kind]


def mask(text: str, context: str = "") -> Masked:
    """Mask one message.

    Args:
        text: as the sender wrote it.
        context: the message before it: "Wat is uw BSN?" tells what the nine digits after it are.
    """
    spans = [
        *detectors.ibans(text),
        *detectors.cards(text),
        *detectors.labelled_bsns(text, context),
        *detectors.passwords(text),
    ]
    return _without(text, spans)


def mask_everything(text: str) -> str:
    """Mask a line of a log: also nine digits that might be a BSN, and e-mail addresses."""
    spans = [
        *detectors.bare_bsns(text),
        *detectors.labelled_bsns(text),
        *detectors.ibans(text),
        *detectors.cards(text),
        *detectors.passwords(text),
        *detectors.emails(text),
    ]
    return _without(text, spans).text


def mask_values(value: Any, label: str = "") -> Any:
    """The same JSON value with every text in it masked; a key counts as the label of its value."""
    if isinstance(value, str):
        return mask(value, context=label).text
    if isinstance(value, dict):
        return {key: mask_values(item, label=str(key)) for key, item in value.items()}
    if isinstance(value, list):
        return [mask_values(item, label=label) for item in value]
    return value


def _without(text: str, spans: Iterable[Span]) -> Masked:
    pieces: list[str] = []
    kinds: set[Kind] = set()
    position = 0
    for span in sorted(spans):
        if span.start < position:
            continue  # inside what was just taken out
        pieces += [text[position : span.start], PLACEHOLDERS[span.kind]]
        kinds.add(span.kind)
        position = span.end
    return Masked("".join(pieces) + text[position:], frozenset(kinds))
