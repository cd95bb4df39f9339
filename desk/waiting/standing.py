"""How a customer who waits stands: the place in the queue, how long it usually takes, and what can be chosen instead."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from deadlines.models import Deadline
from organisation import business_time
from organisation.loader import current
from organisation.texts import say
from outbox.settings import can_mail
from tickets.models import Ticket, TicketState, Wish
from waiting.hearing import can_phone
from waiting.measured import usual_wait
from waiting.models import Apology

# Rounded up to one of these: a figure that changes every minute promises more than is known, and is read out each time.
_MINUTES = (1, 2, 3, 5, 10, 15, 20, 30, 45, 60)


def standing_of(ticket: Ticket, at: datetime | None = None) -> dict[str, Any] | None:
    """`waiting` of docs/contracts.md, section 1; None when nobody is waited for.

    Args:
        ticket: with its conversation.
        at: the moment (aware); by default now.
    """
    if ticket.state != TicketState.OPEN:
        return None
    at, hours = at or timezone.now(), current().opening_hours
    is_open = hours.is_open(at)
    opening = None if is_open else hours.next_opening(at)
    return {
        "position": position_of(ticket),
        "minutes": expected_minutes(ticket, at) if is_open else None,
        "is_open": is_open,
        "opens": say("waiting/opens", ticket.conversation.language, opening=opening) if opening else None,
        "offer": offered(ticket, is_open=is_open),
    }


def position_of(ticket: Ticket) -> int:
    """1 for who is helped first."""
    same = Q(priority=ticket.priority)
    earlier = Q(queued_at__lt=ticket.queued_at) | Q(queued_at=ticket.queued_at, pk__lt=ticket.pk)
    ahead = Ticket.objects.waiting().awake().filter(Q(priority__lt=ticket.priority) | (same & earlier))
    return ahead.count() + 1


def expected_minutes(ticket: Ticket, at: datetime) -> int | None:
    """Minutes from now, rounded up; None when that is unknown: too little was measured, or it takes longer than usual."""
    usual = usual_wait(ticket.priority)
    if usual is None:
        return None
    left = usual - business_time.between(current().opening_hours, ticket.queued_at, at)
    minutes = math.ceil(left.total_seconds() / 60)
    if minutes < 1:
        return None
    return next((step for step in _MINUTES if step >= minutes), math.ceil(minutes / 30) * 30)


def offered(ticket: Ticket, *, is_open: bool) -> list[str]:
    """The ways to be helped that can be chosen instead of waiting: words of `Wish`.

    Offered when nobody picked up in time, when nobody is there, and when the employee who has the ticket does not answer in
    time; not while the assistant is asking the same, nor to who has chosen. A call is no offer to who cannot phone, nor an
    e-mail where the desk has no mail server.
    """
    conversation = ticket.conversation
    if (
        ticket.wish in (Wish.CALL_BACK, Wish.EMAIL)
        or conversation.is_adding_details
        or not conversation.is_live
    ):
        return []
    if ticket.state == TicketState.OPEN:
        waits_in_vain = not is_open or has_apology(ticket)
    else:
        waits_in_vain = (
            Deadline.objects.answers().filter(ticket=ticket).exclude(customer_told_at=None).exists()
        )
    if not waits_in_vain:
        return []
    can_be = {Wish.CALL_BACK: can_phone(conversation), Wish.EMAIL: can_mail()}
    return [wish.value for wish, is_possible in can_be.items() if is_possible]


def has_apology(ticket: Ticket) -> bool:
    """Was the customer told, this time in the queue, that nobody picked up in time?"""
    return Apology.objects.filter(ticket=ticket, queued_at=ticket.queued_at).exists()
