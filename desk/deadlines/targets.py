"""The organisation's targets (`desk.yml`)."""

from __future__ import annotations

from datetime import datetime, timedelta

from deadlines.models import DeadlineKind
from organisation.business_time import add
from organisation.loader import current
from organisation.service import service
from tickets.models import Priority


def target(kind: DeadlineKind, priority: Priority) -> timedelta:
    """The business time within which it must be done."""
    chosen = getattr(service(), f"{priority.word}_{kind.value}_minutes")
    return timedelta(minutes=chosen)


def moments(
    kind: DeadlineKind, priority: Priority, start: datetime, paused: timedelta
) -> tuple[datetime, datetime]:
    """When it is due, and when supervisors are told: after the part of the target that `escalate_percent` names.

    Args:
        kind: what must be done.
        priority: of the ticket.
        start: aware.
        paused: business time that does not count.

    Raises:
        NeverOpen: the opening hours do not hold that much time within a year.
    """
    hours, whole = current().opening_hours, target(kind, priority)
    part = whole * service().escalate_percent / 100
    return add(hours, start, paused + whole), add(hours, start, paused + part)
