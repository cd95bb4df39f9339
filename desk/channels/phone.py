"""The telephone number with which a customer writes: the vendor knows it and made sure that it is the customer's."""

from __future__ import annotations

from channels.models import Address
from conversations.models import Conversation
from tickets.contact import phone_of

# The channels on which an address is a telephone number; WhatsApp leaves the plus sign out.
CHANNELS = ("whatsapp", "whatsapp_twilio", "sms")


def phone_on_channel(conversation: Conversation) -> str:
    """As `+31612345678`; empty on a channel without telephone numbers, or for one that cannot be called."""
    if conversation.channel not in CHANNELS:
        return ""
    address = Address.objects.filter(conversation_id=conversation.pk).first()
    return phone_of(f"+{address.value.removeprefix('+')}") if address else ""
