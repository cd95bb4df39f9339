"""What is known of a customer without asking: for tickets, and for the assistant."""

from __future__ import annotations

import hmac
from dataclasses import replace

from django.conf import settings

from channels.phone import phone_on_channel
from conversations.models import Conversation
from identity.models import Identity
from tickets.facts import TicketFacts


def identity_of(conversation: Conversation) -> Identity | None:
    """Who it is, on the word of a site; None when no site says so."""
    return Identity.objects.filter(conversation_id=conversation.pk).first()


def complete(conversation: Conversation, facts: TicketFacts) -> TicketFacts:
    """What is known when a ticket is opened, with what others say for certain: the site, whose customer number goes before
    any other, and the vendor of a channel with telephone numbers."""
    facts = replace(facts, phone=facts.phone or phone_on_channel(conversation))
    identity = identity_of(conversation)
    if identity is None:
        return facts
    return replace(
        facts,
        verified={**(facts.verified or {}), "customer_number": identity.customer},
        email=facts.email or identity.email,
    )


def vouched(conversation: Conversation) -> dict[str, str] | None:
    """What the assistant gets about the customer with each turn (docs/contracts.md, section 2); None for an ordinary chat.

    The proof holds in this conversation only. Without the service's secret nobody can make it, so what comes in on one of
    Rasa's own channels can claim nothing.
    """
    identity = identity_of(conversation)
    if identity is None:
        return None
    said = f"{conversation.external_id}\n{identity.customer}".encode()
    proof = hmac.new(settings.SERVICE_TOKEN.encode(), said, "sha256").hexdigest()
    return {"number": identity.customer, "proof": proof}
