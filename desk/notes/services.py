"""Writes notes."""

from __future__ import annotations

from conversations.cleaning import clean
from conversations.store import note_news
from employees.models import Employee
from notes.models import Note, NoteKind
from privacy.masking import mask
from tickets.models import HistoryKind, Ticket
from tickets.services import locked_ticket

LONGEST_NOTE = 4000


def add_note(ticket_id: int, employee: Employee, text: str, client_id: str) -> Note:
    """Add a note to a ticket, also to a closed one. The same `client_id` again gives the same note.

    Raises:
        Ticket.DoesNotExist: no such ticket.
        ValueError: the text is empty or longer than `LONGEST_NOTE`, or the id is not 1 to 64 characters.
    """
    client_id = clean(client_id)
    if not 1 <= len(client_id) <= 64:
        raise ValueError("the id of the note is empty or too long")
    with locked_ticket(ticket_id) as ticket:
        known = ticket.notes.filter(client_id=client_id).first()
        if known is not None:
            return known
        note = write_in(ticket, employee, text, NoteKind.NOTE, client_id)
        ticket.history.create(kind=HistoryKind.NOTE_ADDED, employee=employee)
        note_news(ticket.conversation)
        return note


def write_in(ticket: Ticket, employee: Employee, text: str, kind: NoteKind, client_id: str = "") -> Note:
    """Write a note on a ticket that the caller has locked.

    Raises:
        ValueError: the text is empty or longer than `LONGEST_NOTE`.
    """
    text = clean(text)
    if not 1 <= len(text) <= LONGEST_NOTE:
        raise ValueError("the text of the note is empty or too long")
    return ticket.notes.create(employee=employee, kind=kind, text=mask(text).text, client_id=client_id)
