"""An employee decides how soon a ticket must be helped."""

from __future__ import annotations

from conversations.store import note_news
from employees.models import Employee
from tickets.models import HistoryKind, Priority, Ticket, TicketState
from tickets.services import TicketActionRefused, locked_ticket


def change_priority(ticket_id: int, employee: Employee, priority: Priority) -> Ticket:
    """Give a ticket another priority. Giving it the one that it has changes nothing.

    Raises:
        Ticket.DoesNotExist: no such ticket.
        TicketActionRefused: it is closed.
    """
    with locked_ticket(ticket_id) as ticket:
        if ticket.state == TicketState.CLOSED:
            raise TicketActionRefused(ticket)
        before = Priority(ticket.priority)
        if priority != before:
            ticket.priority = priority
            ticket.save(update_fields=["priority"])
            ticket.history.create(
                kind=HistoryKind.PRIORITY_CHANGED,
                employee=employee,
                detail={"from": before.word, "to": priority.word},
            )
            note_news(ticket.conversation)
        return ticket
