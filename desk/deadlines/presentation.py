"""How a deadline is shown: in words, with a colour besides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from deadlines.models import Deadline
from tickets.models import Ticket


@dataclass(frozen=True)
class Standing:
    """One deadline that still runs.

    Attributes:
        kind: of `DeadlineKind`.
        due_at: when it must be done.
        level: `late`, `soon` (supervisors are told) or `on_time`; the words say the same as the colour.
    """

    kind: str
    due_at: datetime
    level: str


def standing(ticket: Ticket) -> Standing | None:
    """The deadline of a ticket that comes first, or None when none runs. Reads `ticket.deadlines.all()`, so prefetch it."""
    running = [deadline for deadline in ticket.deadlines.all() if deadline.ended_at is None]
    if ticket.snoozed_until is not None:
        running = [deadline for deadline in running if deadline.kind != "solution"]
    first = min(running, key=lambda deadline: deadline.due_at, default=None)
    return None if first is None else Standing(first.kind, first.due_at, _level(first))


def _level(deadline: Deadline) -> str:
    now = timezone.now()
    if now >= deadline.due_at:
        return "late"
    return "soon" if now >= deadline.warn_at else "on_time"
