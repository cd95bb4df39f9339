"""Everything that can happen to a ticket. Each function is one transaction; a number is given out after it only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils import timezone

from closing.ending import Ending, record
from conversations.cleaning import clean
from conversations.models import Conversation, ConversationState, Message, Sender
from conversations.store import LONGEST_TEXT, add, change_state, locked, tell
from employees.models import Employee
from identity.known import complete
from privacy.masking import mask, mask_values
from tickets.facts import TicketFacts
from tickets.models import HistoryKind, Reason, Ticket, TicketState
from tickets.presentation import next_step
from tickets.reopen import closed_lately, reopen_in
from tickets.urgency import first_priority


class TicketActionRefused(Exception):
    """The ticket is not in a state in which this can be done.

    Attributes:
        ticket: the ticket as it is now, so that the employee can be told who has it.
    """

    def __init__(self, ticket: Ticket) -> None:
        super().__init__(f"ticket {ticket.number} is {ticket.state}")
        self.ticket = ticket


class AlreadyTaken(TicketActionRefused):
    """A colleague has the ticket: `ticket.employee`."""


class NotYours(TicketActionRefused):
    """The employee does not have this ticket: a colleague does, or nobody, or it is closed."""


class NotLive(TicketActionRefused):
    """The desk does not carry this conversation's channel, so nothing can be written to the customer."""


def open_ticket(
    conversation: Conversation, reason: Reason, *, key: str | None = None, facts: TicketFacts | None = None
) -> tuple[Ticket, bool]:
    """Open a ticket; or get the one that this key or conversation already has, unchanged.

    The ticket of a customer who comes back soon is opened again (`tickets.reopen`).

    Returns:
        The ticket, and whether it is new or opened again. The conversation is `waiting` when it is.

    Raises:
        Conversation.DoesNotExist: the conversation is gone.
    """
    with locked(conversation.pk) as current:
        return open_in(current, reason, key=key, facts=facts)


def open_in(
    conversation: Conversation, reason: Reason, *, key: str | None = None, facts: TicketFacts | None = None
) -> tuple[Ticket, bool]:
    """`open_ticket` for a caller that has locked the conversation and has more to do in the same transaction."""
    facts = complete(conversation, facts or TicketFacts())
    tickets = conversation.tickets.select_related("employee", "conversation")
    known = tickets.filter(idempotency_key=key).first() if key is not None else None
    known = known or tickets.not_closed().first()
    if known is not None:
        return known, False
    if (closed := closed_lately(conversation, facts.intent)) is not None:
        closed.conversation = conversation
        reopen_in(closed, reason, key, facts)
        return closed, True
    now = timezone.now()
    ticket = Ticket.objects.create(
        conversation=conversation,
        reason=reason,
        idempotency_key=key,
        intent=facts.intent,
        summary=mask(facts.summary).text,
        entities=mask_values(facts.entities),
        verified=mask_values(facts.verified),
        wish=facts.wish,
        phone=facts.phone,
        email=facts.email,
        priority=first_priority(reason, facts.intent, facts.wish),
        opened_at=now,
        queued_at=now,
    )
    ticket.history.create(kind=HistoryKind.OPENED, detail={"reason": reason})
    change_state(conversation, ConversationState.WAITING)
    return ticket, True


def request_human(conversation: Conversation) -> Ticket:
    """The human button: a ticket, and one system message with its number. Repeating it changes nothing.

    Raises:
        Conversation.DoesNotExist: the conversation is gone.
    """
    with locked(conversation.pk) as current:
        ticket, is_new = open_in(current, Reason.REQUESTED)
        if is_new:
            confirm(current, ticket)
        return ticket


def confirm(conversation: Conversation, ticket: Ticket, **fields: Any) -> None:
    """Tell the customer, in the customer's language, the number of a ticket that was just opened and what happens next."""
    words = {"number": ticket.number, "next_step": next_step(ticket, language=conversation.language)}
    tell(conversation, Sender.SYSTEM, "ticket_opened", words, **fields)


def take_over(ticket_id: int, employee: Employee) -> Ticket:
    """Give an open ticket to an employee; the assistant is silent from here on and the customer is told who it is.

    Taking one's own ticket again changes nothing.

    Raises:
        Ticket.DoesNotExist: no such ticket.
        AlreadyTaken: a colleague was first.
        TicketActionRefused: it is closed.
    """
    with locked_ticket(ticket_id) as ticket:
        if ticket.state == TicketState.CLOSED:
            raise TicketActionRefused(ticket)
        if ticket.state == TicketState.ASSIGNED:
            if ticket.employee_id != employee.pk:
                raise AlreadyTaken(ticket)
            return ticket
        ticket.state = TicketState.ASSIGNED
        ticket.employee = employee
        ticket.taken_at = timezone.now()
        ticket.save(update_fields=["state", "employee", "taken_at"])
        waited = round((ticket.taken_at - ticket.queued_at).total_seconds())
        ticket.history.create(kind=HistoryKind.TAKEN, employee=employee, detail={"waited_seconds": waited})
        change_state(ticket.conversation, ConversationState.WITH_EMPLOYEE)
        announce(ticket, "taken_over", employee)
        return ticket


def reply(ticket_id: int, employee: Employee, text: str, client_id: str) -> Message:
    """Send a message from the employee who has the ticket. The same `client_id` again gives the same message.

    Args:
        ticket_id: primary key.
        employee: the writer.
        text: 1 to `LONGEST_TEXT` characters.
        client_id: the console's own id of the message, 1 to 64 characters.

    Raises:
        Ticket.DoesNotExist: no such ticket.
        NotYours: the employee does not have it.
        NotLive: the customer is on a channel that the desk does not carry.
        ValueError: the text or the id is empty or too long.
    """
    text, client_id = clean(text), clean(client_id)
    if not 1 <= len(text) <= LONGEST_TEXT or not 1 <= len(client_id) <= 64:
        raise ValueError("the text or the id of the message is empty or too long")
    with locked_ticket(ticket_id) as ticket:
        require_owner(ticket, employee)
        conversation = ticket.conversation
        if not conversation.is_live:
            raise NotLive(ticket)
        known = conversation.messages.filter(sender=Sender.EMPLOYEE, client_id=client_id).first()
        if known is not None:
            return known
        note_answered(ticket, employee)
        return add(conversation, Sender.EMPLOYEE, text, name=employee.shown_name, client_id=client_id)


def note_answered(ticket: Ticket, employee: Employee) -> None:
    """Keep when the customer first heard from a person, in whatever way. For a caller that has locked the conversation."""
    if ticket.answered_at is None:
        ticket.answered_at = timezone.now()
        ticket.save(update_fields=["answered_at"])
        ticket.history.create(kind=HistoryKind.ANSWERED, employee=employee)


def hand_back(ticket_id: int, employee: Employee, ending: Ending | None = None) -> Ticket:
    """Close the ticket and give the conversation back to the assistant, which begins with a fresh session.

    Args:
        ending: what the employee says of it; None when nobody was asked.

    Raises:
        Ticket.DoesNotExist: no such ticket.
        NotYours: the employee does not have it.
    """
    back = ConversationState.WITH_ASSISTANT
    return _end(ticket_id, employee, ending, HistoryKind.HANDED_BACK, back, "handed_back")


def close(ticket_id: int, employee: Employee, ending: Ending | None = None) -> Ticket:
    """Close the ticket and the conversation. When the customer writes again, the assistant answers.

    Args:
        ending: what the employee says of it; None when nobody was asked.

    Raises:
        Ticket.DoesNotExist: no such ticket.
        NotYours: the employee does not have it.
    """
    return _end(ticket_id, employee, ending, HistoryKind.CLOSED, ConversationState.CLOSED, "closed")


def _end(
    ticket_id: int,
    employee: Employee,
    ending: Ending | None,
    kind: HistoryKind,
    state: ConversationState,
    text: str,
) -> Ticket:
    with locked_ticket(ticket_id) as ticket:
        require_owner(ticket, employee)
        ticket.state = TicketState.CLOSED
        ticket.closed_at, ticket.snoozed_until = timezone.now(), None
        ticket.save(update_fields=["state", "closed_at", "snoozed_until"])
        if ending:
            record(ticket, ending, ticket.closed_at)
        ticket.history.create(kind=kind, employee=employee, detail=ending.detail() if ending else {})
        conversation = ticket.conversation
        conversation.needs_fresh_session = True
        conversation.last_answers, conversation.repeats = "", 0
        conversation.save(update_fields=["needs_fresh_session", "last_answers", "repeats"])
        change_state(conversation, state)
        announce(ticket, text, employee)
        return ticket


@contextmanager
def locked_ticket(ticket_id: int) -> Iterator[Ticket]:
    """The ticket, with its conversation locked: of two who act at once the second sees what the first did.

    Raises:
        Ticket.DoesNotExist: no such ticket.
    """
    conversation_id = Ticket.objects.values_list("conversation_id", flat=True).get(pk=ticket_id)
    with locked(conversation_id) as conversation:
        ticket = Ticket.objects.select_related("employee").get(pk=ticket_id)
        ticket.conversation = conversation
        yield ticket


def require_owner(ticket: Ticket, employee: Employee) -> None:
    """Raises `NotYours` unless the employee has this ticket."""
    if ticket.state != TicketState.ASSIGNED or ticket.employee_id != employee.pk:
        raise NotYours(ticket)


def announce(ticket: Ticket, text: str, employee: Employee, **values: object) -> None:
    """Tell the customer, where the desk carries the conversation: a text with `name`, `number` and `values` in it."""
    if ticket.conversation.is_live:
        known = {"name": employee.shown_name, "number": ticket.number, **values}
        tell(ticket.conversation, Sender.SYSTEM, text, known)
