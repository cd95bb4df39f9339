"""What is added to a ticket after it was opened, and who may hear how it stands."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from django.utils.crypto import constant_time_compare
from limits import parse
from limits.errors import StorageError

from callbacks.capacity import take_place
from channels.limits import limiter
from conversations.store import note_news
from privacy.masking import mask
from tickets.callback import CallbackSlot
from tickets.contact import email_of, given_in, phone_of, postcode_of
from tickets.models import HistoryKind, Ticket, TicketState
from tickets.services import TicketActionRefused, locked_ticket
from tickets.urgency import first_priority

logger = logging.getLogger(__name__)

# Numbers of tickets can be guessed, so the wrong proofs of one ticket are counted over all conversations.
WRONG_PROOFS_PER_TICKET = parse("20 per hour")


@dataclass(frozen=True)
class Details:
    """What the customer added; None is not given. Phone and e-mail have been checked (`tickets.contact`)."""

    phone: str | None = None
    email: str | None = None
    description: str | None = None
    wish: str | None = None
    callback: CallbackSlot | None = None


def add_details(ticket_id: int, details: Details) -> Ticket:
    """Put details on a ticket. What was not given stays as it is.

    Raises:
        Ticket.DoesNotExist: no such ticket.
        TicketActionRefused: it is closed.
        SlotFull: no place is left at the time that was chosen.
    """
    with locked_ticket(ticket_id) as ticket:
        if ticket.state == TicketState.CLOSED:
            raise TicketActionRefused(ticket)
        changes: dict[str, Any] = {
            name: value
            for name in ("phone", "email", "description", "wish")
            if (value := getattr(details, name)) is not None
        }
        if "description" in changes:
            changes["description"] = mask(changes["description"]).text
        if details.callback is not None:
            take_place(details.callback, ticket)
            changes |= {"callback_from": details.callback.begins, "callback_until": details.callback.ends}
        fields = sorted(changes)
        if "wish" in changes and ticket.priority == first_priority(ticket.reason, ticket.intent, ticket.wish):
            changes["priority"] = first_priority(ticket.reason, ticket.intent, changes["wish"])
        for name, value in changes.items():
            setattr(ticket, name, value)
        ticket.save(update_fields=list(changes))
        ticket.history.create(kind=HistoryKind.DETAILS_ADDED, detail={"fields": fields})
        note_news(ticket.conversation)
        return ticket


def take_contact(ticket: Ticket, text: str) -> None:
    """Put the phone number or e-mail address that a customer writes to an employee on a locked ticket that has none."""
    known = {name: value for name, value in given_in(text).items() if not getattr(ticket, name)}
    for name, value in known.items():
        setattr(ticket, name, value)
    if known:
        ticket.save(update_fields=list(known))
        ticket.history.create(kind=HistoryKind.DETAILS_ADDED, detail={"fields": sorted(known)})


def ticket_for_proof(number: str, proof: str) -> Ticket | None:
    """The ticket with this number, for somebody who knows a phone number, e-mail address or postcode that is on it.

    Returns:
        None for an unknown number, a wrong proof, and too many wrong proofs: the difference would tell a stranger which
        numbers exist.
    """
    ticket = (
        Ticket.objects.with_number(number).select_related("conversation", "employee").first()
        if _may_try(number)
        else None
    )
    given = (phone_of(proof), email_of(proof), postcode_of(proof))
    known = _known(ticket) if ticket else ("", "", "")
    # All three are compared, so that the time does not tell which of them is on the ticket.
    fits = [constant_time_compare(one, other) and bool(one) for one, other in zip(given, known, strict=True)]
    if ticket is not None and any(fits):
        return ticket
    _count_wrong(number)
    return None


def _known(ticket: Ticket) -> tuple[str, str, str]:
    postcode = (ticket.verified or {}).get("postcode") or ticket.entities.get("postcode") or ""
    return ticket.phone, ticket.email, postcode_of(postcode)


def _may_try(number: str) -> bool:
    try:
        return limiter().test(WRONG_PROOFS_PER_TICKET, "proof", number.strip().upper())
    except StorageError:
        # Without a counter nobody is let in: a customer can still ask a person.
        logger.warning("the status of tickets is not told: the store of the rate limits cannot be reached")
        return False


def _count_wrong(number: str) -> None:
    try:
        limiter().hit(WRONG_PROOFS_PER_TICKET, "proof", number.strip().upper())
    except StorageError:
        logger.warning("a wrong proof is not counted: the store of the rate limits cannot be reached")
