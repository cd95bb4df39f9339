"""What the console's pages show, read from the database without a query per row."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from conversations.models import Message, Sender
from employees.models import Employee
from tickets.models import Ticket, TicketQuerySet, TicketState

# One page of each list; the rest is counted.
_PAGE = 100
# A transcript longer than this begins with its last part.
TRANSCRIPT_PAGE = 200


@dataclass(frozen=True)
class Queue:
    """The open tickets as one employee sees them.

    Attributes:
        waiting: nobody has them; the highest priority first, and of those who waits longest.
        waiting_count: all of those, also the ones beyond this page.
        mine: the employee's own; a customer who wrote last (`last_sender`) waits for an answer.
        colleagues: tickets that others have.
    """

    waiting: list[Ticket]
    waiting_count: int
    mine: list[Ticket]
    colleagues: list[Ticket]


def waiting_count() -> int:
    """How many customers wait for a person."""
    return Ticket.objects.waiting().count()


def queue_for(employee: Employee) -> Queue:
    """The queue, each ticket with `last_words` (what the customer wrote last) and `last_sender`."""
    tickets = _with_last_message(Ticket.objects.not_closed().select_related("conversation", "employee"))
    assigned = tickets.filter(state=TicketState.ASSIGNED).order_by("opened_at")
    return Queue(
        waiting=list(tickets.waiting().in_queue_order()[:_PAGE]),
        waiting_count=waiting_count(),
        mine=list(assigned.filter(employee=employee)[:_PAGE]),
        colleagues=list(assigned.exclude(employee=employee)[:_PAGE]),
    )


def _with_last_message(tickets: TicketQuerySet) -> TicketQuerySet:
    said = (
        Message.objects.filter(conversation=OuterRef("conversation"))
        .exclude(sender=Sender.SYSTEM)
        .order_by("-id")
    )
    return tickets.annotate(
        last_words=Subquery(said.filter(sender=Sender.CUSTOMER).values("text")[:1]),
        last_sender=Subquery(said.values("sender")[:1]),
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
