"""To which conversation an answer belongs."""

from __future__ import annotations

import hashlib
import re
from uuid import UUID

from django.utils.crypto import constant_time_compare

from conversations.models import Conversation
from mail_in.models import TakenMail
from mail_in.reading import Mail
from outbox.mail import message_id, thread_id
from outbox.models import Delivery, DestinationName
from tickets.models import Ticket

_OURS = re.compile(r"<aanspreekpunt\.([0-9a-f]{32})@.+>")
_THREAD = re.compile(r"<aanspreekpunt\.klant\.(T-[0-9]{6,15})\.[0-9a-f]{32}@.+>")


def conversation_of(mail: Mail) -> Conversation | None:
    """The conversation in which this mail goes on; None when it begins one.

    Who refers to a mail that came in, or that went out to a customer, must have had it: its Message-ID cannot be guessed.
    Nor can that of the ticket's thread, by which an answer is known when a mail server has changed the other one. The
    sender's address says nothing, because it can be made up. None of them proves who wrote: mail is passed on.
    """
    for reference in mail.references:
        if found := _by_own(reference) or _by_taken(reference) or _by_thread(reference):
            return found
    return None


def _by_own(reference: str) -> Conversation | None:
    match = _OURS.fullmatch(reference)
    if match is None or reference != message_id(match[1]):
        return None
    to_customers = Delivery.objects.filter(destination=DestinationName.CUSTOMER_MAIL)
    delivery = to_customers.filter(uid=UUID(match[1])).select_related("ticket__conversation").first()
    return delivery.ticket.conversation if delivery else None


def _by_taken(reference: str) -> Conversation | None:
    key = hashlib.sha256(reference.encode("utf-8", "surrogatepass")).hexdigest()
    taken = TakenMail.objects.filter(pk=key).select_related("conversation").first()
    return taken.conversation if taken else None


def _by_thread(reference: str) -> Conversation | None:
    match = _THREAD.fullmatch(reference)
    if match is None:
        return None
    ticket = Ticket.objects.with_number(match[1]).select_related("conversation").first()
    if ticket is None or not constant_time_compare(reference, thread_id(ticket, "klant")):
        return None
    return ticket.conversation
