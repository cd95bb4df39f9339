"""Gives a ticket to a colleague, or back to the queue, with the reason as a note and a notice to the customer."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from conversations.models import ConversationState
from conversations.store import change_state, note_news
from employees.models import Employee
from employees.roles import HANDLE_TICKETS, SUPERVISE
from notes.models import NoteKind
from notes.services import write_in
from tickets.models import HistoryKind, Priority, Ticket, TicketState
from tickets.services import NotYours, announce, locked_ticket, require_owner
from tickets.snooze import wake_in


class CannotReceive(Exception):
    """This colleague cannot get tickets: no permission, no longer active, or has this one already."""


def transfer_to_colleague(ticket_id: int, employee: Employee, colleague: Employee, reason: str) -> Ticket:
    """Give a ticket to a colleague. Supervisors may do that with every ticket that somebody has.

    Raises:
        Ticket.DoesNotExist: no such ticket.
        NotYours: it is not this employee's.
        CannotReceive: the colleague cannot get it.
        ValueError: the reason is empty or too long for a note.
    """
    with locked_ticket(ticket_id) as ticket:
        _require_right(ticket, employee)
        if colleague.pk == ticket.employee_id or not colleague.has_perm(HANDLE_TICKETS):
            raise CannotReceive
        write_in(ticket, employee, reason, NoteKind.TRANSFER)
        wake_in(ticket, "employee", employee)
        previous, ticket.employee = ticket.employee, colleague
        ticket.save(update_fields=["employee"])
        detail = {"from": _name(previous), "to": colleague.shown_name}
        ticket.history.create(kind=HistoryKind.TRANSFERRED, employee=employee, detail=detail)
        announce(ticket, "transferred", employee, colleague=colleague.shown_name)
        note_news(ticket.conversation)
        return ticket


def transfer_to_queue(
    ticket_id: int, employee: Employee, reason: str, meant_for: str | None = None
) -> Ticket:
    """Put a ticket back in the queue. Its customer has waited before, so new ones with a normal priority come after.

    Args:
        ticket_id: primary key.
        employee: who does it.
        reason: for colleagues; it becomes a note.
        meant_for: the name of those for whom it waits there, for the history; None for anybody.

    Raises:
        Ticket.DoesNotExist: no such ticket.
        NotYours: it is not this employee's.
        ValueError: the reason is empty or too long for a note.
    """
    with locked_ticket(ticket_id) as ticket:
        _require_right(ticket, employee)
        write_in(ticket, employee, reason, NoteKind.TRANSFER)
        put_back_in(ticket, employee, to=meant_for)
        announce(ticket, "transferred_to_queue", employee)
        return ticket


def return_to_queue(ticket_id: int) -> None:
    """Put a ticket back whose employee can do nothing with it any more: his account was switched off, or his role taken.

    Raises:
        Ticket.DoesNotExist: no such ticket.
    """
    with locked_ticket(ticket_id) as ticket:
        if (
            ticket.state == TicketState.ASSIGNED
            and ticket.employee
            and not ticket.employee.has_perm(HANDLE_TICKETS)
        ):
            speaker = ticket.employee
            put_back_in(ticket)
            announce(ticket, "transferred_to_queue", speaker)


def put_back_in(
    ticket: Ticket, doer: Employee | None = None, *, since: datetime | None = None, **detail: str | None
) -> None:
    """Let a ticket that the caller has locked wait again. The caller tells the customer.

    Args:
        ticket: with an employee.
        doer: for the history; None for the desk itself.
        since: aware: from when its place in the queue counts; None for now.
        detail: further facts for the history.
    """
    wake_in(ticket, "employee", doer)
    detail = {"from": _name(ticket.employee), "to": None, **detail}
    ticket.state, ticket.employee, ticket.taken_at = TicketState.OPEN, None, None
    ticket.queued_at, ticket.waiting_notice_sent = since or timezone.now(), False
    ticket.priority = min(ticket.priority, Priority.HIGH)
    ticket.save()
    ticket.history.create(kind=HistoryKind.TRANSFERRED, employee=doer, detail=detail)
    change_state(ticket.conversation, ConversationState.WAITING)


def _require_right(ticket: Ticket, employee: Employee) -> None:
    if employee.has_perm(SUPERVISE):
        if ticket.state != TicketState.ASSIGNED:
            raise NotYours(ticket)
        return
    require_owner(ticket, employee)


def _name(employee: Employee | None) -> str | None:
    return employee.shown_name if employee else None
