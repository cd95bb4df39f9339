"""The channels of this installation. A channel is on when its settings are filled in."""

from __future__ import annotations

from channels.base import MessagingChannel
from channels.vendors.messenger import Instagram, Messenger
from channels.vendors.telegram import Telegram
from channels.vendors.twilio import TwilioSms, TwilioWhatsApp
from channels.vendors.whatsapp import WhatsApp

_CLASSES: tuple[type[MessagingChannel], ...] = (
    Telegram,
    WhatsApp,
    Messenger,
    Instagram,
    TwilioSms,
    TwilioWhatsApp,
)


def wanted() -> list[type[MessagingChannel]]:
    """The messaging channels for which something is filled in."""
    return [found for found in _CLASSES if found.is_wanted()]


def class_named(name: str) -> type[MessagingChannel] | None:
    """The messaging channel with this name, on or off; None when it is another kind of channel."""
    return next((found for found in _CLASSES if found.name == name), None)


def channel_named(name: str) -> MessagingChannel | None:
    """The messaging channel with this name when it is on and can work; else None."""
    found = class_named(name)
    return found() if found and found.is_wanted() and not list(found.faults()) else None
