"""What the finders return."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Found:
    """One entity in a text.

    Attributes:
        entity: its name in `domain.yml`, for example `postcode`.
        start: index of its first character.
        end: index after its last character.
        value: normalised, for example `3511 AB`.
    """

    entity: str
    start: int
    end: int
    value: str
