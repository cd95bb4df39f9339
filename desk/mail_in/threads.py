"""To which conversation an answer belongs."""

from __future__ import annotations

import hashlib
import re
from uuid import UUID

from conversations.models import Conversation
from mail_in.models import TakenMail
from mail_in.reading import Mail
from outbox.mail import message_id
from outbox.models import Delivery
from tickets.models import Ticket

_OURS = re.compile(r"<aanspreekpunt\.([0-9a-f]{32})@.+>")
_TICKET = re.compile(r"<aanspreekpunt\.klant\.(T-[0-9]{6,15})@.+>")


def conversation_of(mail: Mail) -> Conversation | None:
    """The conversation in which this mail goes on; None when it begins one.

    Who refers to a mail that came in or went out must have had it: its Message-ID cannot be guessed. A ticket's number
    can, so that counts only from the address on that ticket. Neither proves who the customer is.
    """
    for reference in mail.references:
        if found := _by_own(reference) or _by_taken(reference) or _by_ticket(reference, mail.address):
            return found
    return None


def _by_own(reference: str) -> Conversation | None:
    match = _OURS.fullmatch(reference)
    if match is None or reference != message_id(match[1]):
        return None
    delivery = Delivery.objects.filter(uid=UUID(match[1])).select_related("ticket__conversation").first()
    return delivery.ticket.conversation if delivery and delivery.ticket else None


def _by_taken(reference: str) -> Conversation | None:
    key = hashlib.sha256(reference.encode("utf-8", "surrogatepass")).hexdigest()
    taken = TakenMail.objects.filter(pk=key).select_related("conversation").first()
    return taken.conversation if taken else None


def _by_ticket(reference: str, address: str) -> Conversation | None:
    match = _TICKET.fullmatch(reference)
    if match is None:
        return None
    ticket = Ticket.objects.with_number(match[1]).filter(email=address).select_related("conversation").first()
    return ticket.conversation if ticket else None
