"""What opens a conversation from outside: the web chat's token, and the link in a mail.

Signing the customer in changes the lock, so that what was given out before opens nothing any more: whoever has
it may be somebody else, who sent the customer the link or sat at the same computer.
"""

from __future__ import annotations

from datetime import timedelta

from django.core import signing

from conversations.models import Conversation
from identity.known import identity_of
from identity.models import Identity


class KeyOutdated(signing.BadSignature):
    """The key is from before the customer was signed in: it opens `conversation` no longer."""

    def __init__(self, conversation: Conversation) -> None:
        super().__init__("from before the customer was signed in")
        self.conversation = conversation


def key_to(conversation: Conversation, purpose: str) -> str:
    """A signed key that opens this conversation only.

    Args:
        conversation: of any channel.
        purpose: what is opened with it; a key for one purpose is none for another.
    """
    identity = identity_of(conversation)
    lock = [conversation.external_id, _changed(identity)] if identity else conversation.external_id
    return signing.dumps(lock, salt=purpose)


def opened_by(key: str, purpose: str, longest: timedelta | None, channel: str) -> Conversation:
    """The conversation that a key opens, with its `identity` read as well.

    Args:
        key: as somebody handed it over.
        purpose: as given to `key_to`.
        longest: how old the key may be; None for any age: the caller looks whether the conversation is still in use.
        channel: of the conversation.

    Raises:
        KeyOutdated: it was made before the customer was signed in.
        signing.BadSignature: it is none of ours, or too old.
        Conversation.DoesNotExist: the conversation is gone.
    """
    lock = signing.loads(key, salt=purpose, max_age=longest)
    external_id, changed = lock if isinstance(lock, list) else (lock, None)
    found = Conversation.objects.select_related("identity").get(external_id=external_id, channel=channel)
    if changed != _changed(getattr(found, "identity", None)):
        raise KeyOutdated(found)
    return found


def _changed(identity: Identity | None) -> str | None:
    """Which lock the conversation has: None as long as nobody was signed in."""
    return identity.at.isoformat() if identity else None
