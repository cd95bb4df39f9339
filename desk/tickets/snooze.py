"""Puts a ticket aside until a moment. It comes back then, or as soon as the customer writes."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import DatabaseError
from django.utils import timezone

from conversations.models import Conversation
from conversations.store import note_news
from employees.models import Employee
from notes.models import NoteKind
from notes.services import write_in
from tickets.models import HistoryKind, Ticket
from tickets.services import announce, locked_ticket, require_owner

logger = logging.getLogger(__name__)

# Beyond this a ticket would be forgotten rather than put aside.
LONGEST = timedelta(days=90)


class WrongMoment(ValueError):
    """The moment has passed, or is further away than `LONGEST`."""


def snooze(ticket_id: int, employee: Employee, until: datetime, reason: str) -> Ticket:
    """Put a ticket aside. The customer is told when the employee goes on with it; the reason becomes a note.

    Args:
        ticket_id: primary key.
        employee: who has it.
        until: aware.
        reason: for colleagues.

    Raises:
        Ticket.DoesNotExist: no such ticket.
        NotYours: the employee does not have it.
        WrongMoment: see there.
        ValueError: the reason is empty or too long for a note.
    """
    with locked_ticket(ticket_id) as ticket:
        require_owner(ticket, employee)
        now = timezone.now()
        if not now < until <= now + LONGEST:
            raise WrongMoment
        write_in(ticket, employee, reason, NoteKind.SNOOZE)
        wake_in(ticket, "employee", employee)
        ticket.snoozed_until = until
        ticket.save(update_fields=["snoozed_until"])
        detail = {"until": until.isoformat(timespec="seconds")}
        ticket.history.create(kind=HistoryKind.SNOOZED, employee=employee, detail=detail)
        announce(ticket, "snoozed", employee, until=until)
        note_news(ticket.conversation)
        return ticket


def wake(ticket_id: int, employee: Employee) -> Ticket:
    """Go on with a ticket before its time. One that is not put aside stays as it is.

    Raises:
        Ticket.DoesNotExist: no such ticket.
        NotYours: the employee does not have it.
    """
    with locked_ticket(ticket_id) as ticket:
        require_owner(ticket, employee)
        wake_in(ticket, "employee", employee)
        return ticket


def wake_for_customer(conversation: Conversation) -> None:
    """The customer wrote: a ticket that was put aside asks for attention. For a caller that has locked the conversation."""
    ticket = conversation.tickets.not_closed().exclude(snoozed_until=None).first()
    if ticket is not None:
        ticket.conversation = conversation
        wake_in(ticket, "customer")


def wake_due() -> int:
    """Bring back every ticket whose moment has come; how many that were. What fails is logged and tried the next time."""
    due = Ticket.objects.filter(snoozed_until__lte=timezone.now()).values_list("pk", flat=True)
    woken = 0
    for ticket_id in list(due):
        try:
            with locked_ticket(ticket_id) as ticket:
                if ticket.snoozed_until is not None and ticket.snoozed_until <= timezone.now():
                    wake_in(ticket, "time")
                    woken += 1
        except (Ticket.DoesNotExist, DatabaseError):
            logger.warning("ticket %s could not be woken", ticket_id, exc_info=True)
    return woken


def wake_in(ticket: Ticket, cause: str, employee: Employee | None = None) -> None:
    """End the putting aside of a ticket that the caller has locked, if it is.

    Args:
        ticket: with its conversation locked.
        cause: `time`, `customer` or `employee`.
        employee: who did it, when an employee did.
    """
    if ticket.snoozed_until is None:
        return
    ticket.snoozed_until = None
    ticket.save(update_fields=["snoozed_until"])
    ticket.history.create(kind=HistoryKind.WOKEN, employee=employee, detail={"cause": cause})
    note_news(ticket.conversation)
