"""What the console's pages show, read from the database without a query per row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Max, OuterRef, Subquery

from console.filters import SNOOZED, TicketFilter
from conversations.models import Message, Sender
from employees.models import Employee
from tickets.models import Ticket, TicketQuerySet, TicketState

# One page of a list.
PAGE = 50
# A transcript longer than this begins with its last part.
TRANSCRIPT_PAGE = 200


@dataclass(frozen=True)
class Queue:
    """The open tickets as one employee sees them.

    Attributes:
        waiting: one page of those that nobody has; the highest priority first, and of those who waits longest.
        mine: the employee's own; a customer who wrote last (`last_sender`) waits for an answer.
        snoozed: the employee's own that were put aside, the first to come back first.
        colleagues: tickets that others have; `colleagues_count` of them in all.
    """

    waiting: Page[Ticket]
    mine: list[Ticket]
    snoozed: list[Ticket]
    colleagues: list[Ticket]
    colleagues_count: int


def waiting() -> dict[str, Any]:
    """Who waits for a person: `{"count": int, "newest": the moment at which the latest came into the queue, or None}`."""
    return Ticket.objects.waiting().aggregate(count=Count("pk"), newest=Max("queued_at"))


def queue_for(employee: Employee, page: str | None = None) -> Queue:
    """The queue; `page` is the number of the waiting list's page. See `_for_a_list`."""
    assigned = Ticket.objects.filter(state=TicketState.ASSIGNED)
    own, others = assigned.filter(employee=employee), assigned.exclude(employee=employee).awake()
    return Queue(
        waiting=Paginator(_for_a_list(Ticket.objects.waiting().in_queue_order()), PAGE).get_page(page),
        mine=list(_for_a_list(own.awake().in_queue_order())[:PAGE]),
        snoozed=list(_for_a_list(own.exclude(snoozed_until=None).order_by("snoozed_until"))[:PAGE]),
        colleagues=list(_for_a_list(others.in_queue_order())[:PAGE]),
        colleagues_count=others.count(),
    )


def found(chosen: TicketFilter, page: str | None) -> Page[Ticket]:
    """One page of the tickets that a filter leaves; closed ones only when they are asked or searched for."""
    state, is_search = chosen.data.get("stand"), bool(chosen.data.get("zoek"))
    tickets = chosen.qs if state or is_search else chosen.qs.not_closed()
    if state == TicketState.CLOSED:
        tickets = tickets.order_by("-closed_at")
    elif state == SNOOZED:
        tickets = tickets.order_by("snoozed_until")
    else:
        tickets = tickets.order_by("-pk") if is_search else tickets.in_queue_order()
    return Paginator(_for_a_list(tickets), PAGE).get_page(page)


def _for_a_list(tickets: TicketQuerySet) -> TicketQuerySet:
    """With all that a row shows, `last_words` (what the customer wrote last) and `last_sender` among it."""
    said = (
        Message.objects.filter(conversation=OuterRef("conversation"))
        .exclude(sender=Sender.SYSTEM)
        .order_by("-id")
    )
    return (
        tickets.select_related("conversation", "employee")
        .prefetch_related("deadlines", "tags")
        .annotate(
            last_words=Subquery(said.filter(sender=Sender.CUSTOMER).values("text")[:1]),
            last_sender=Subquery(said.values("sender")[:1]),
        )
    )


def transcript(ticket: Ticket, *, after: int = 0, complete: bool = False) -> list[Message]:
    """The conversation's messages, oldest first.

    Args:
        after: only what was said after this message.
        complete: everything; otherwise at most the last `TRANSCRIPT_PAGE` messages.
    """
    messages = Message.objects.filter(conversation_id=ticket.conversation_id, pk__gt=after)
    if complete:
        return list(messages)
    return list(messages.order_by("-id")[:TRANSCRIPT_PAGE])[::-1]
