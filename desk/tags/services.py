"""Puts tags on tickets, one at a time: two employees who do so at once do not undo each other's work."""

from __future__ import annotations

from conversations.store import note_news
from employees.models import Employee
from tags.models import Tag
from tickets.models import HistoryKind, Ticket
from tickets.services import locked_ticket


def add_tag(ticket_id: int, employee: Employee, tag: Tag) -> Ticket:
    """Put a tag on a ticket; when it is there already nothing changes. Raises `Ticket.DoesNotExist`."""
    with locked_ticket(ticket_id) as ticket:
        if not ticket.tags.filter(pk=tag.pk).exists():
            ticket.tags.add(tag)
            _note(ticket, employee, added=[tag.name])
        return ticket


def remove_tag(ticket_id: int, employee: Employee, tag: Tag) -> Ticket:
    """Take a tag off a ticket; when it is not there nothing changes. Raises `Ticket.DoesNotExist`."""
    with locked_ticket(ticket_id) as ticket:
        if ticket.tags.filter(pk=tag.pk).exists():
            ticket.tags.remove(tag)
            _note(ticket, employee, removed=[tag.name])
        return ticket


def _note(ticket: Ticket, employee: Employee, **detail: list[str]) -> None:
    ticket.history.create(kind=HistoryKind.TAGS_CHANGED, employee=employee, detail=detail)
    note_news(ticket.conversation)
