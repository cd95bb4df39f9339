"""What is known when a ticket is opened."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class TicketFacts:
    """Texts are masked before they are stored."""

    intent: str = ""
    summary: str = ""
    entities: dict[str, str] = field(default_factory=dict)
    verified: dict[str, str] | None = None
    wish: str = ""
    phone: str = ""
    email: str = ""
