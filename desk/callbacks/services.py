"""Records how a call went, and what happens next."""

from __future__ import annotations

from callbacks.capacity import take_place
from callbacks.models import Call, CallOutcome
from conversations.store import note_news
from employees.models import Employee
from tickets.callback import CallbackSlot
from tickets.models import HistoryKind, Ticket
from tickets.services import announce, locked_ticket, note_answered, require_owner

# After these the customer still has to be spoken to.
_TRY_AGAIN = (CallOutcome.NO_ANSWER, CallOutcome.VOICEMAIL)


class WhenAgain(ValueError):
    """Nobody was spoken to, so it must be said when the customer is called again."""


def record_call(
    ticket_id: int,
    employee: Employee,
    outcome: CallOutcome,
    client_id: str,
    again: CallbackSlot | None = None,
) -> Call:
    """Record a call. The same `client_id` again gives the same call.

    Args:
        ticket_id: primary key.
        employee: who called, and who has the ticket.
        outcome: how it went.
        client_id: the page's name of this call, 1 to 64 characters.
        again: when the customer is called again; needed when nobody was spoken to.

    Raises:
        Ticket.DoesNotExist: no such ticket.
        NotYours: the employee does not have it.
        WhenAgain: see there.
        SlotFull: no place is left at that time.
    """
    with locked_ticket(ticket_id) as ticket:
        known = ticket.calls.filter(client_id=client_id).first()
        if known is not None:
            return known
        require_owner(ticket, employee)
        call = ticket.calls.create(employee=employee, outcome=outcome, client_id=client_id)
        detail = {"outcome": outcome.value, "attempt": ticket.calls.count()}
        if outcome in _TRY_AGAIN:
            if again is None:
                raise WhenAgain
            _plan(ticket, again)
            announce(ticket, "callbacks/missed", employee, slot=again)
        elif outcome == CallOutcome.WRONG_NUMBER:
            ticket.phone = ""
            ticket.save(update_fields=["phone"])
            announce(ticket, "callbacks/wrong_number", employee)
        else:
            note_answered(ticket, employee)
        ticket.history.create(kind=HistoryKind.CALLED, employee=employee, detail=detail)
        note_news(ticket.conversation)
        return call


def _plan(ticket: Ticket, slot: CallbackSlot) -> None:
    take_place(slot, ticket)
    ticket.callback_from, ticket.callback_until = slot.begins, slot.ends
    ticket.save(update_fields=["callback_from", "callback_until"])
