"""What a delivery says, for people (Zammad, e-mail) and as facts (webhook). Everything was masked before it was stored."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from console.catalogue import name_of
from conversations.models import Message
from conversations.store import message_json
from organisation.loader import current
from outbox.models import Delivery, DeliveryKind
from tickets.models import HistoryEntry, HistoryKind, Priority, Ticket
from tickets.presentation import as_json, callback_slot

# Of a longer conversation the last part goes along; all of it stands behind the link.
_TRANSCRIPT = 200


def is_opening(delivery: Delivery) -> bool:
    """Does it tell that the ticket was opened?"""
    return delivery.entry is not None and delivery.entry.kind == HistoryKind.OPENED


def link(ticket: Ticket) -> str:
    """The address of the ticket in the console."""
    return settings.PUBLIC_URL + reverse("console:ticket", args=[ticket.number])


def title(ticket: Ticket) -> str:
    """What it is about, in a few Dutch words."""
    return name_of("intent", ticket.intent) if ticket.intent else name_of("reason", ticket.reason)


def tags(ticket: Ticket) -> list[str]:
    """Words by which the other side can sort: where it comes from, why, what it is about, and the tags that it has here."""
    words = ["aanspreekpunt", ticket.reason, ticket.intent, *(tag.name for tag in ticket.tags.all())]
    return [word.replace(",", " ") for word in words if word]


def opening_text(delivery: Delivery) -> str:
    """The whole ticket in Dutch: what is known and what was said."""
    ticket = delivery.ticket
    return _render("opening", ticket, transcript=_transcript(delivery), callback=callback_slot(ticket))


def update_text(delivery: Delivery) -> str:
    """A change or a message in Dutch."""
    if delivery.kind == DeliveryKind.MESSAGE:
        return _render("message", delivery.ticket, messages=list(delivery.messages.order_by("id")))
    return _render("change", delivery.ticket, entry=delivery.entry, callback=callback_slot(delivery.ticket))


def as_event(delivery: Delivery) -> dict[str, Any]:
    """The body of a webhook: docs/contracts.md, section 7."""
    ticket = delivery.ticket
    data: dict[str, Any] = {"ticket": _ticket(ticket)}
    if delivery.kind == DeliveryKind.MESSAGE:
        messages = list(delivery.messages.order_by("id"))
        kind, data["messages"] = "ticket.message", [message_json(message) for message in messages]
        at = messages[0].at if messages else delivery.created_at
    else:
        assert delivery.entry is not None
        kind, data["change"] = f"ticket.{delivery.entry.kind}", _change(delivery.entry)
        at = delivery.entry.at
        if is_opening(delivery):
            data["messages"] = [message_json(message) for message in _transcript(delivery)]
    return {"type": kind, "timestamp": timezone.localtime(at).isoformat(timespec="seconds"), "data": data}


def _transcript(delivery: Delivery) -> list[Message]:
    """What was said, but for the messages that the destination gets in deliveries of their own."""
    of_their_own = Message.objects.filter(
        deliveries__ticket=delivery.ticket, deliveries__destination=delivery.destination
    )
    messages = delivery.ticket.conversation.messages.exclude(pk__in=of_their_own)
    return list(messages.order_by("-id")[:_TRANSCRIPT])[::-1]


def _change(entry: HistoryEntry) -> dict[str, Any]:
    return {
        "kind": entry.kind,
        "employee": entry.employee.shown_name if entry.employee else None,
        "detail": entry.detail,
    }


def _ticket(ticket: Ticket) -> dict[str, Any]:
    return {
        **as_json(ticket),
        "channel": ticket.conversation.channel,
        "priority": Priority(ticket.priority).word,
        "tags": [tag.name for tag in ticket.tags.all()],
        "intent": ticket.intent or None,
        "summary": ticket.summary or None,
        "description": ticket.description or None,
        "entities": ticket.entities,
        "verified": ticket.verified,
        "phone": ticket.phone or None,
        "email": ticket.email or None,
        "link": link(ticket),
    }


def _render(template: str, ticket: Ticket, **values: Any) -> str:
    organisation = current()
    context = {"organisation": organisation, "ticket": ticket, "link": link(ticket), **values}
    with translation.override("nl"), timezone.override(organisation.opening_hours.zone):
        text = render_to_string(f"outbox/text/{template}.txt", context, using="text")
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
