"""The link with which a customer opens the conversation again from a mail: signed, and worth nothing after a week, or once
the site has signed the customer in (`identity.keys`)."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing

from conversations.models import Conversation
from identity.keys import key_to, opened_by

_SALT = "webchat.resume"
LIFETIME = timedelta(days=7)


class LinkExpired(Exception):
    """It is too old, or not one of ours; which of the two is not told."""


def link_to(conversation: Conversation) -> str:
    """The address for a mail. What opens the conversation stands behind the `#`: browsers send that to no server, so it
    is in no log and no referrer."""
    return f"{settings.PUBLIC_URL}/#verder={key_to(conversation, _SALT)}"


def conversation_of(signed: str, channel: str) -> Conversation:
    """The conversation of the part of a link behind `#verder=`.

    Raises:
        LinkExpired: it opens nothing.
        Conversation.DoesNotExist: the conversation is gone.
    """
    try:
        return opened_by(signed, _SALT, LIFETIME, channel)
    except signing.BadSignature as error:
        raise LinkExpired from error
