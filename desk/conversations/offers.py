"""The buttons that a customer was offered, and which one a message means."""

from __future__ import annotations

import re

from conversations.models import Conversation, Message, Sender

Button = dict[str, str]

_AROUND_WORDS = re.compile(r"^[\s\W_]+|[\s\W_]+$")


def with_payload(conversation: Conversation, payload: str) -> Button | None:
    """The button of this conversation that has this payload. Nothing else may reach the assistant as a command."""
    offers = conversation.messages.exclude(buttons=[]).order_by("-id").values_list("buttons", flat=True)
    return next((button for buttons in offers for button in buttons if button["payload"] == payload), None)


def titled(conversation: Conversation, text: str) -> Button | None:
    """The button that was just offered and whose title the customer typed: that is pressing it."""
    offers = (button for message in just_offered(conversation) for button in message.buttons)
    return next((button for button in offers if is_title(button["title"], text)), None)


def is_title(title: str, text: str) -> bool:
    """Is the title all that was typed, whatever capitals and marks stand in and around it?"""
    words = _words(text)
    return bool(words) and _words(title) == words


def just_offered(conversation: Conversation) -> list[Message]:
    """The messages with buttons since the customer's latest message, newest first."""
    last = conversation.messages.filter(sender=Sender.CUSTOMER).order_by("-id").first()
    since = conversation.messages.exclude(sender=Sender.CUSTOMER).exclude(buttons=[]).order_by("-id")
    return list(since.filter(pk__gt=last.pk) if last else since)


def _words(text: str) -> str:
    return _AROUND_WORDS.sub("", text).casefold()
