"""Everything that can happen to a ticket. Each function is one transaction; a number is given out after it only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from conversations.models import Conversation, Message
from employees.models import Employee
from tickets.models import Ticket


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
    """The employee does not have this ticket (a colleague does, or nobody, or it is closed)."""


@dataclass(frozen=True)
class TicketFacts:
    """What is known when a ticket is opened. Texts are masked before they are stored."""

    intent: str = ""
    summary: str = ""
    entities: dict[str, str] = field(default_factory=dict)
    verified: dict[str, str] | None = None
    wish: str = ""


def open_ticket(
    conversation: Conversation, reason: str, *, key: str | None = None, facts: TicketFacts | None = None
) -> tuple[Ticket, bool]:
    """Open a ticket; or get the one that this key or conversation already has, unchanged.

    Returns:
        The ticket, and whether it is new. The conversation is `waiting` when it is.
    """
    raise NotImplementedError


def request_human(conversation: Conversation) -> Ticket:
    """The human button: a ticket, and one system message with its number. Repeating it changes nothing."""
    raise NotImplementedError


def take_over(ticket_id: int, employee: Employee) -> Ticket:
    """Give an open ticket to an employee; the assistant is silent from here on and the customer is told who it is.

    Taking one's own ticket again changes nothing.

    Raises:
        Ticket.DoesNotExist: no such ticket.
        AlreadyTaken: a colleague was first.
        TicketActionRefused: it is closed, or its conversation cannot be carried by the desk and is not closed yet.
    """
    raise NotImplementedError


def reply(ticket_id: int, employee: Employee, text: str, client_id: str) -> Message:
    """Send a message from the employee who has the ticket. The same `client_id` again gives the same message.

    Raises:
        Ticket.DoesNotExist: no such ticket.
        NotYours: the employee does not have it.
        ValueError: the text is empty or longer than `conversations.store.LONGEST_TEXT`.
    """
    raise NotImplementedError


def hand_back(ticket_id: int, employee: Employee) -> Ticket:
    """Close the ticket and give the conversation back to the assistant, which begins with a fresh session.

    Raises:
        Ticket.DoesNotExist: no such ticket.
        NotYours: the employee does not have it.
    """
    raise NotImplementedError


def close(ticket_id: int, employee: Employee) -> Ticket:
    """Close the ticket and the conversation. When the customer writes again, the assistant answers.

    Raises:
        Ticket.DoesNotExist: no such ticket.
        NotYours: the employee does not have it.
    """
    raise NotImplementedError


def next_step(ticket: Ticket) -> str:
    """One or two Dutch sentences for the customer: what happens next and when, opening hours counted in."""
    raise NotImplementedError


def as_json(ticket: Ticket) -> dict[str, Any]:
    """The ticket as docs/contracts.md, section 3, describes it."""
    raise NotImplementedError
