"""Everything that the desk keeps about one customer: to hand over, or to erase (R25)."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.db.models import Q

from channels.attachments import files_of
from channels.models import AttachmentContent
from conversations.models import Conversation
from conversations.store import message_json
from figures.collect import marks_of
from figures.models import CustomerMark
from identity.known import identity_of
from retention import tracker_store
from tickets.contact import email_of, phone_of
from tickets.models import Ticket


class KnownBy(StrEnum):
    """By what a customer can be found."""

    PHONE = "phone"
    EMAIL = "email"
    CUSTOMER_NUMBER = "customer_number"
    ORDER_NUMBER = "order_number"
    TICKET = "ticket"


class StillOpen(Exception):
    """The customer has a ticket that is not closed; its number is the text."""


@dataclass(frozen=True)
class Kept:
    """What was found: tickets, oldest first, and the conversations that they are in."""

    tickets: list[Ticket]
    conversations: list[Conversation]


def find(known_by: KnownBy, value: str) -> Kept:
    """The tickets on which this stands, and their conversations; those on a messaging channel at this number or address; and
    those of a customer whom a site signed in.

    Nothing for a value that is none.
    """
    tickets = Ticket.objects.filter(_condition(known_by, value.strip()))
    reached = Q(channel_address__value__in=_addresses(known_by, value.strip()))
    found_by = Q(tickets__in=tickets) | reached | _signed_in(known_by, value.strip())
    conversations = Conversation.objects.filter(found_by).distinct().order_by("pk")
    # Whoever is in the same conversation is the same customer.
    found = Ticket.objects.filter(conversation__in=conversations).select_related("rating", "conversation")
    return Kept(list(found.order_by("pk")), list(conversations))


def export(kept: Kept) -> dict[str, Any]:
    """All of it as JSON can hold it: `{"tickets": […], "conversations": […]}`.

    Raises:
        retention.tracker_store.NotReached: what the assistant remembers cannot be read now.
    """
    return {
        "tickets": [_ticket(ticket) for ticket in kept.tickets],
        "conversations": [
            {
                "began_at": conversation.created_at.isoformat(),
                "channel": conversation.channel,
                "address": getattr(getattr(conversation, "channel_address", None), "value", None),
                "messages": [message_json(message) for message in conversation.messages.all()],
                "satisfaction": _answer(conversation),
                "files": [_file(content) for content in files_of(conversation)],
                "signed_in": _identity(conversation),
                "assistant": tracker_store.remembered(conversation.external_id),
            }
            for conversation in kept.conversations
        ],
    }


def erase(kept: Kept) -> None:
    """Erase all of it; figures remain without anything that leads to the customer.

    Raises:
        StillOpen: a ticket is not closed. Nothing is erased then: somebody waits for an answer.
        retention.tracker_store.NotReached: what the assistant remembers cannot be erased now. Nothing is erased then.
    """
    with transaction.atomic():
        ids = [ticket.pk for ticket in kept.tickets]
        still_open = Ticket.objects.not_closed().filter(pk__in=ids).first()
        if still_open is not None:
            raise StillOpen(still_open.number)
        digests = {digest for ticket in kept.tickets for digest in marks_of(ticket)}
        CustomerMark.objects.filter(digest__in=digests).delete()
        # Merged tickets refer to each other.
        Ticket.objects.filter(merged_into__in=ids).update(merged_into=None)
        Ticket.objects.filter(pk__in=ids).delete()
        Conversation.objects.filter(pk__in=[c.pk for c in kept.conversations]).delete()
        tracker_store.forget([c.external_id for c in kept.conversations])


def _answer(conversation: Conversation) -> dict[str, Any] | None:
    asked = getattr(conversation, "assistant_question", None)
    return {"score": asked.score, "remark": asked.remark} if asked and asked.score else None


def _identity(conversation: Conversation) -> dict[str, str] | None:
    found = identity_of(conversation)
    if found is None:
        return None
    return {"site": found.site, "customer_number": found.customer, "name": found.name, "email": found.email}


def _condition(known_by: KnownBy, value: str) -> Q:
    nothing = Q(pk__in=[])
    match known_by:
        case KnownBy.PHONE:
            phone = phone_of(value)
            return Q(phone=phone) if phone else nothing
        case KnownBy.EMAIL:
            email = email_of(value)
            return Q(email=email) if email else nothing
        case KnownBy.TICKET:
            return Q(pk__in=Ticket.objects.with_number(value).values("pk"))
        case KnownBy.CUSTOMER_NUMBER | KnownBy.ORDER_NUMBER:
            return Q(**{f"verified__{known_by.value}": value}) if value else nothing


def _signed_in(known_by: KnownBy, value: str) -> Q:
    match known_by:
        case KnownBy.CUSTOMER_NUMBER if value:
            return Q(identity__customer=value)
        case KnownBy.EMAIL if email := email_of(value):
            return Q(identity__email__iexact=email)
    return Q(pk__in=[])


def _addresses(known_by: KnownBy, value: str) -> list[str]:
    """How channels write this number or e-mail address; WhatsApp leaves the plus sign out."""
    match known_by:
        case KnownBy.PHONE:
            phone = phone_of(value)
            return [phone, phone.removeprefix("+")] if phone else []
        case KnownBy.EMAIL:
            email = email_of(value)
            return [email] if email else []
    return []


def _file(content: AttachmentContent) -> dict[str, Any]:
    file = content.attachment
    return {
        "message": file.message_id,
        "name": file.name,
        "type": file.content_type,
        "base64": base64.b64encode(bytes(content.data)).decode(),
    }


def _ticket(ticket: Ticket) -> dict[str, Any]:
    rating = getattr(ticket, "rating", None)
    return {
        "number": ticket.number,
        "state": ticket.state,
        "reason": ticket.reason,
        "topic": ticket.intent,
        "opened_at": ticket.opened_at.isoformat(),
        "closed_at": ticket.closed_at.isoformat() if ticket.closed_at else None,
        "summary": ticket.summary,
        "description": ticket.description,
        "entities": ticket.entities,
        "verified": ticket.verified,
        "wish": ticket.wish,
        "phone": ticket.phone,
        "email": ticket.email,
        "notes": list(ticket.notes.order_by("pk").values_list("text", flat=True)),
        "closings": list(ticket.closings.values("outcome", "cause__name", "remark")),
        "satisfaction": {"score": rating.score, "remark": rating.remark} if rating else None,
        "history": [
            {"at": entry.at.isoformat(), "kind": entry.kind, "detail": entry.detail}
            for entry in ticket.history.all()
        ],
    }
