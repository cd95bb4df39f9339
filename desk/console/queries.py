"""What the console's pages show, read from the database without a query per row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Max, OuterRef, Prefetch, Subquery, prefetch_related_objects

from console.filters import SNOOZED, TicketFilter
from conversations.models import Conversation, Message, Sender
from deadlines.models import Deadline
from employees.models import Employee
from tickets.models import Ticket, TicketQuerySet, TicketState

# One page of a list.
PAGE = 50
# Of what colleagues have, the queue shows the first only; there is a list of all.
COLLEAGUES = 10
# A transcript longer than this begins with its last part.
TRANSCRIPT_PAGE = 200


@dataclass(frozen=True)
class Queue:
    """The open tickets as one employee sees them.

    Attributes:
        waiting: one page of those that nobody has; the highest priority first, and of those who waits longest.
        mine: the employee's own; a customer who wrote last (`conversation.last_sender`) waits for an answer.
        snoozed: the employee's own that were put aside, the first to come back first.
        colleagues: the first tickets that others have; `colleagues_count` of them in all.
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
    """The queue; `page` is the number of the waiting list's page. See `_complete`."""
    assigned = _for_a_list(Ticket.objects.filter(state=TicketState.ASSIGNED))
    own, others = assigned.filter(employee=employee), assigned.exclude(employee=employee).awake()
    queue = Queue(
        waiting=_page(_for_a_list(Ticket.objects.waiting()).in_queue_order(), page),
        mine=list(own.awake().in_queue_order()[:PAGE]),
        snoozed=list(own.exclude(snoozed_until=None).order_by("snoozed_until")[:PAGE]),
        colleagues=list(others.in_queue_order()[:COLLEAGUES]),
        colleagues_count=others.count(),
    )
    _complete([*queue.waiting, *queue.mine, *queue.snoozed, *queue.colleagues])
    return queue


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
    shown = _page(_for_a_list(tickets), page)
    _complete(list(shown))
    return shown


def _page(tickets: TicketQuerySet, number: str | None) -> Page[Ticket]:
    page = Paginator(tickets, PAGE).get_page(number)
    page.object_list = list(page.object_list)
    return page


def _for_a_list(tickets: TicketQuerySet) -> TicketQuerySet:
    """Without what no row shows and may be long."""
    return tickets.defer("summary", "entities", "verified")


def _complete(tickets: list[Ticket]) -> None:
    """Read all that rows show, for all of them at once and for no others: the employee, deadlines, tags, the skill that is
    waited for, `asked` (the customer's first words about the ticket's intent), and with the conversation `last_words` (what
    the customer wrote last) and `last_sender`.
    """
    said = Message.objects.filter(conversation=OuterRef("pk")).exclude(sender=Sender.SYSTEM).order_by("-id")
    conversations = Conversation.objects.only("channel").annotate(
        last_words=Subquery(said.filter(sender=Sender.CUSTOMER).values("text")[:1]),
        last_sender=Subquery(said.values("sender")[:1]),
    )
    employees = Employee.objects.only("username", "display_name")
    prefetch_related_objects(
        tickets,
        Prefetch("conversation", conversations),
        Prefetch("employee", employees),
        # In whatever order: the model's own asks for the tickets once more.
        Prefetch("deadlines", Deadline.objects.order_by()),
        "tags",
        "wanted__skill",
    )
    about = Message.objects.filter(
        conversation=OuterRef("conversation"),
        sender=Sender.CUSTOMER,
        understanding__intent=OuterRef("intent"),
    )
    asked = (
        Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets])
        .exclude(intent="")
        .annotate(asked=Subquery(about.order_by("id").values("text")[:1]))
    )
    words = dict(asked.values_list("pk", "asked"))
    for ticket in tickets:
        ticket.asked = words.get(ticket.pk)  # type: ignore[attr-defined]


def transcript(ticket: Ticket, *, after: int = 0, complete: bool = False) -> list[Message]:
    """The conversation's messages, oldest first.

    Args:
        after: only what was said after this message.
        complete: everything; otherwise at most the last `TRANSCRIPT_PAGE` messages.
    """
    messages = Message.objects.filter(conversation_id=ticket.conversation_id, pk__gt=after)
    messages = messages.select_related("attachment").prefetch_related("outgoing")
    if complete:
        return list(messages)
    return list(messages.order_by("-id")[:TRANSCRIPT_PAGE])[::-1]
