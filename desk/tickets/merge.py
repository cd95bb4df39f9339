"""Makes one ticket of two that a customer has. Both conversations stay as they are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from callbacks.queries import to_call
from conversations.models import Conversation, ConversationState
from conversations.store import change_state, note_news
from employees.models import Employee
from tickets.models import HistoryKind, Priority, Ticket, TicketQuerySet, TicketState, Wish
from tickets.services import AlreadyTaken, TicketActionRefused, announce, require_owner
from tickets.snooze import wake_in

_TAKEN = (
    "priority",
    "phone",
    "email",
    "entities",
    "verified",
    "description",
    "wish",
    "callback_from",
    "callback_until",
)
# What proves that two tickets are of one customer when it stands on both, besides phone number and e-mail address.
_PROOFS = ("customer_number", "order_number")


class SameTicket(ValueError):
    """A ticket cannot be merged with itself."""


class PerhapsAnotherCustomer(Exception):
    """Nothing on the two tickets shows that they are of one customer; an employee must say so."""


def merge(ticket_id: int, other_id: int, employee: Employee, *, is_same_customer: bool = False) -> Ticket:
    """Go on with `ticket_id` alone: the other is closed and refers to it.

    What the first lacks (phone number, e-mail address, recognised data, proof, the customer's words and wish) comes from the
    other; the higher priority counts, and tags come along. A call that the customer still waits for is kept, the earlier of
    two. The customer is told in the other's conversation. A ticket that was put aside stays so only when both were: whoever
    waited with the other would wait unseen.

    Args:
        ticket_id: the employee's own.
        other_id: waiting, or the employee's own.
        employee: who does it.
        is_same_customer: the employee has checked that.

    Raises:
        Ticket.DoesNotExist: no such ticket.
        NotYours: the first is not the employee's.
        AlreadyTaken: a colleague has the other.
        TicketActionRefused: the other is closed.
        SameTicket: they are one ticket.
        PerhapsAnotherCustomer: see there.
    """
    if ticket_id == other_id:
        raise SameTicket
    with _locked_pair(ticket_id, other_id) as (ticket, other):
        require_owner(ticket, employee)
        if other.state == TicketState.CLOSED:
            raise TicketActionRefused(other)
        if other.state == TicketState.ASSIGNED and other.employee_id != employee.pk:
            raise AlreadyTaken(other)
        if not (is_same_customer or same_customer(ticket, other)):
            raise PerhapsAnotherCustomer
        if other.snoozed_until is None:
            wake_in(ticket, "employee", employee)
        _take_from(ticket, other)
        ticket.history.create(kind=HistoryKind.MERGED, employee=employee, detail={"ticket": other.number})
        note_news(ticket.conversation)
        _close_into(other, ticket, employee)
        return ticket


def same_customer(one: Ticket, other: Ticket) -> bool:
    """Does something on both tickets show that they are of one customer: given, proven, or merged before?"""
    if (one.phone and one.phone == other.phone) or (one.email and one.email == other.email):
        return True
    if _went_on_in(ticket=other, conversation_of=one) or _went_on_in(ticket=one, conversation_of=other):
        return True
    proofs, others = one.verified or {}, other.verified or {}
    return any(proofs.get(name) and proofs[name] == others.get(name) for name in _PROOFS)


def candidates(ticket: Ticket) -> TicketQuerySet:
    """Open tickets that seem to be of the same customer."""
    same = Q(pk__in=Ticket.objects.filter(conversation=ticket.conversation_id).values("merged_into"))
    for name in ("phone", "email"):
        if value := getattr(ticket, name):
            same |= Q(**{name: value})
    for name in _PROOFS:
        if value := (ticket.verified or {}).get(name):
            same |= Q(**{f"verified__{name}": value})
    return Ticket.objects.not_closed().filter(same).exclude(pk=ticket.pk)


def _went_on_in(*, ticket: Ticket, conversation_of: Ticket) -> bool:
    """Did the question of an earlier ticket of the conversation go on in this one?"""
    return ticket.merged.filter(conversation=conversation_of.conversation_id).exists()


@contextmanager
def _locked_pair(ticket_id: int, other_id: int) -> Iterator[tuple[Ticket, Ticket]]:
    """Both tickets with their conversations locked, always in the same order: two merges do not wait for each other."""
    with transaction.atomic():
        tickets = Ticket.objects.select_related("employee")
        conversation_ids = [tickets.get(pk=pk).conversation_id for pk in (ticket_id, other_id)]
        locked = Conversation.objects.select_for_update(no_key=True)
        rows = locked.filter(pk__in=conversation_ids).order_by("pk")
        conversations = {conversation.pk: conversation for conversation in rows}
        pair = tickets.get(pk=ticket_id), tickets.get(pk=other_id)
        for ticket in pair:
            ticket.conversation = conversations[ticket.conversation_id]
        yield pair


def _take_from(ticket: Ticket, other: Ticket) -> None:
    ticket.priority = Priority(min(ticket.priority, other.priority))
    ticket.phone, ticket.email = ticket.phone or other.phone, ticket.email or other.email
    ticket.entities = {**other.entities, **ticket.entities}
    ticket.verified = ticket.verified or other.verified
    ticket.description = ticket.description or other.description
    _take_call(ticket, other)
    ticket.wish = ticket.wish or other.wish
    ticket.save(update_fields=_TAKEN)
    ticket.tags.add(*other.tags.all())


def _take_call(ticket: Ticket, other: Ticket) -> None:
    """Whoever was promised a call still gets it. Its place in the time slot comes along: the other ticket is closed."""
    if not to_call().filter(pk=other.pk).exists():
        return
    first = ticket.callback_from if ticket.wish == Wish.CALL_BACK else None
    if first is not None and (other.callback_from is None or first <= other.callback_from):
        return
    if ticket.wish == Wish.CALL_BACK and other.callback_from is None:
        return
    ticket.wish = Wish.CALL_BACK
    ticket.callback_from, ticket.callback_until = other.callback_from, other.callback_until


def _close_into(other: Ticket, ticket: Ticket, employee: Employee) -> None:
    other.state, other.closed_at, other.merged_into = TicketState.CLOSED, timezone.now(), ticket
    other.snoozed_until = None
    other.save(update_fields=["state", "closed_at", "merged_into", "snoozed_until"])
    other.history.create(kind=HistoryKind.MERGED_INTO, employee=employee, detail={"ticket": ticket.number})
    conversation = other.conversation
    conversation.needs_fresh_session = True
    conversation.last_answers, conversation.repeats = "", 0
    conversation.save(update_fields=["needs_fresh_session", "last_answers", "repeats"])
    change_state(conversation, ConversationState.CLOSED)
    announce(other, "merged", employee, into=ticket.number)
