"""Whom to call, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.db.models import Count, Exists, F, OuterRef
from django.utils import timezone

from callbacks.models import Call, CallOutcome
from tickets.models import Ticket, TicketQuerySet, Wish

# More than a team can call; who is beyond comes up when others have been called.
MOST = 200


@dataclass(frozen=True)
class Group:
    """The calls of one day.

    Attributes:
        kind: `late` (the time has passed), `soon` (no time was chosen) or `day`.
        day: of a `day`.
        tickets: in order of time, each with `attempts`: the number of calls since it came into the queue.
    """

    kind: str
    day: date | None
    tickets: list[Ticket]


def to_call() -> TicketQuerySet:
    """Open tickets of customers who want to be called and have not been spoken to."""
    since = Call.objects.filter(ticket=OuterRef("pk"), at__gte=OuterRef("queued_at"))
    return Ticket.objects.not_closed().filter(
        ~Exists(since.filter(outcome=CallOutcome.SPOKEN)), wish=Wish.CALL_BACK
    )


def is_to_come(ticket: Ticket) -> bool:
    """Was a time agreed that has not ended, and has the customer not been spoken to since the ticket came into the queue?

    Args:
        ticket: in any state: a ticket that was closed before the call was made still holds its time.
    """
    if (
        ticket.wish != Wish.CALL_BACK
        or ticket.callback_until is None
        or ticket.callback_until <= timezone.now()
    ):
        return False
    return not ticket.calls.filter(outcome=CallOutcome.SPOKEN, at__gte=ticket.queued_at).exists()


def groups(at: datetime) -> list[Group]:
    """The calls to make as seen at a moment (aware): late ones, those without a time, then day by day."""
    tickets = (
        to_call()
        .select_related("employee", "conversation")
        .annotate(attempts=Count("calls"))
        .order_by(F("callback_from").asc(nulls_first=True), "priority", "queued_at")[:MOST]
    )
    found = [
        Group(kind, day, list(group))
        for (kind, day), group in groupby(tickets, key=lambda ticket: _place(ticket, at))
    ]
    order = ["late", "soon", "day"]
    return sorted(found, key=lambda group: (order.index(group.kind), group.day or date.min))


def _place(ticket: Ticket, at: datetime) -> tuple[str, date | None]:
    if ticket.callback_from is None or ticket.callback_until is None:
        return "soon", None
    if ticket.callback_until <= at:
        return "late", None
    return "day", timezone.localdate(ticket.callback_from)
