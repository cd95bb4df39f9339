"""What is told about a ticket."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from organisation.loader import current
from organisation.texts import DUTCH, say
from tickets.callback import CallbackSlot
from tickets.models import Ticket, TicketState, Wish
from waiting.hearing import can_phone


def next_step(ticket: Ticket, at: datetime | None = None, language: str = DUTCH) -> str:
    """One or two sentences for the customer: what happens next and when, opening hours counted in.

    Args:
        ticket: with its conversation.
        at: the moment (aware) at which it is said; by default now.
        language: of the sentences around it: the conversation's where the desk speaks itself, Dutch for the assistant.
    """
    if ticket.state == TicketState.CLOSED:
        return say("next_step/closed", language)
    if ticket.employee is not None:
        return say("next_step/assigned", language, name=ticket.employee.shown_name)
    hours, at = current().opening_hours, at or timezone.now()
    opening = None if hours.is_open(at) else hours.next_opening(at)
    if ticket.wish == Wish.CALL_BACK and (hours.is_open(at) or opening):
        is_live, slot = ticket.conversation.is_live, callback_slot(ticket)
        # Who was not called in time is called as soon as possible.
        coming = slot if slot and slot.ends > at else None
        return say("next_step/call_back", language, opening=opening, slot=coming, is_live=is_live)
    if not ticket.conversation.is_live:
        can_call = can_phone(ticket.conversation)
        return say("next_step/elsewhere", language, opening=opening, can_phone=can_call)
    if hours.is_open(at):
        return say("next_step/soon", language)
    if opening:
        return say("next_step/when_open", language, opening=opening)
    return say("next_step/unknown", language)


def callback_slot(ticket: Ticket) -> CallbackSlot | None:
    """When the customer wants to be called, or None when no time was chosen."""
    if ticket.callback_from is None or ticket.callback_until is None:
        return None
    return CallbackSlot(ticket.callback_from, ticket.callback_until)


def as_json(ticket: Ticket) -> dict[str, Any]:
    """The ticket as docs/contracts.md, section 3, describes it."""
    slot = callback_slot(ticket)
    return {
        "number": ticket.number,
        "state": ticket.state,
        "reason": ticket.reason,
        "conversation": ticket.conversation.external_id,
        "opened_at": _moment(ticket.opened_at),
        "closed_at": _moment(ticket.closed_at) if ticket.closed_at else None,
        "next_step": next_step(ticket),
        "employee": ticket.employee.shown_name if ticket.employee else None,
        "wish": ticket.wish or None,
        "callback": slot.label if slot else None,
    }


def _moment(at: datetime) -> str:
    return timezone.localtime(at).isoformat(timespec="seconds")
