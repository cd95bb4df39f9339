"""Puts solved tickets in the index, and takes out what is solved no longer."""

from __future__ import annotations

from collections import Counter

from django.db import transaction
from django.db.models import F, OuterRef, Subquery

from closing.models import Closing, Outcome
from conversations.models import Sender
from suggestions.models import SolvedTicket, Word
from suggestions.words import stems
from tickets.conversation import messages_of
from tickets.models import Ticket, TicketQuerySet, TicketState

_MOST_PER_ROUND = 200
# The first words say what a ticket is about; beyond this many a text only grows the index.
_MOST_STEMS = 60


def solved_tickets() -> TicketQuerySet:
    """Tickets that an employee answered and whose latest end was that they were solved."""
    latest = Closing.objects.filter(ticket=OuterRef("pk")).order_by("-pk").values("outcome")[:1]
    closed = Ticket.objects.filter(state=TicketState.CLOSED, merged_into=None).exclude(answered_at=None)
    return closed.alias(outcome=Subquery(latest)).filter(outcome=Outcome.SOLVED)


def index_solved_tickets() -> int:
    """Bring the index up to date with one round of tickets, newest first; how many there were."""
    SolvedTicket.objects.exclude(ticket__in=solved_tickets()).delete()
    todo = solved_tickets().exclude(
        pk__in=SolvedTicket.objects.filter(closed_at=F("ticket__closed_at")).values("pk")
    )
    tickets = list(todo.order_by("-pk")[:_MOST_PER_ROUND])
    for ticket in tickets:
        _index(ticket)
    return len(tickets)


def words_of_customer(ticket: Ticket) -> str:
    """What the customer wrote themselves in this ticket; pressed buttons are the assistant's words."""
    own = messages_of(ticket).filter(sender=Sender.CUSTOMER, payload="").values_list("text", flat=True)
    return "\n".join([ticket.description, *own])


def _index(ticket: Ticket) -> None:
    closed_at = ticket.closed_at
    if closed_at is None:
        return  # opened again since it was looked up
    counts = Counter(dict(list(stems(words_of_customer(ticket)).items())[:_MOST_STEMS]))
    with transaction.atomic():
        SolvedTicket.objects.filter(pk=ticket.pk).delete()
        solved = SolvedTicket.objects.create(ticket=ticket, length=counts.total(), closed_at=closed_at)
        Word.objects.bulk_create(
            Word(solved=solved, stem=stem, count=count) for stem, count in counts.items()
        )
