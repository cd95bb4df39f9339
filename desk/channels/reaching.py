"""Another way than waiting, on channels: who sends nothing but a telephone number or e-mail address is called or mailed.

The web chat has a form for it. It holds while that form would be there (`waiting.standing.offered`).
"""

from __future__ import annotations

import re

from django.utils import timezone

from callbacks.capacity import SlotFull
from conversations.models import Conversation, Message
from organisation.loader import current
from tickets.contact import email_of, phone_of
from tickets.details import Details
from tickets.models import Ticket, Wish
from turns.own_answers import answered_by_desk, payload
from waiting.service import NotOffered, choose
from waiting.standing import offered

REACH = payload("reach")
# Written as a number that can be dialled: an order number is not one.
_DIALLED = re.compile(r"(\+|0)[0-9 ()./-]{7,20}")


def offers(ticket: Ticket) -> list[str]:
    """The ways that can be chosen now: words of `Wish`."""
    return offered(ticket, is_open=current().opening_hours.is_open(timezone.now()))


def tells_how(conversation: Conversation, text: str) -> bool:
    """Is this message nothing but a way to reach the customer, while that is offered?"""
    details = _details(text)
    if details is None:
        return False
    ticket = conversation.tickets.not_closed().first()
    if ticket is None:
        return False
    ticket.conversation = conversation
    return details.wish in offers(ticket)


@answered_by_desk("reach")
def reach(conversation: Conversation, message: Message) -> bool:
    """Put it on the ticket and say so; to an employee when it is not offered any more."""
    details = _details(message.text)
    if details is None:
        return False
    try:
        choose(conversation.pk, details)
    except (NotOffered, SlotFull):
        return False
    return True


def _details(text: str) -> Details | None:
    text = text.strip()
    if _DIALLED.fullmatch(text) and (phone := phone_of(text)):
        return Details(wish=Wish.CALL_BACK, phone=phone)
    email = email_of(text)
    return Details(wish=Wish.EMAIL, email=email) if email else None
