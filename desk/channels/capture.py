"""Queues what the desk says on messaging channels, in the transaction in which it is said: everything that the web chat
shows."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.db.models.signals import post_save

from channels.choices import shown
from channels.models import Outgoing
from channels.parts import parts_of
from channels.registry import class_named
from channels.satisfying import note_end
from channels.signals import outgoing_waits
from conversations.models import Conversation, Message, Sender
from tickets.models import HistoryEntry


def connect() -> None:
    """Listen to every message and the end of every ticket. Django calls the receivers inside the transaction."""
    post_save.connect(_message, sender=Message, dispatch_uid="channels.message")
    post_save.connect(note_end, sender=HistoryEntry, dispatch_uid="channels.end")


def _message(instance: Message, created: bool, **kwargs: Any) -> None:
    if not created or instance.sender == Sender.CUSTOMER:
        return
    channel = class_named(instance.conversation.channel)
    if channel is None or not instance.conversation.is_live:
        return
    text, _ = shown(instance, channel)
    for part, _piece in enumerate(parts_of(text, channel)):
        Outgoing.objects.create(message=instance, part=part, channel=channel.name, key=uuid.uuid4())
    conversation_id = instance.conversation_id
    transaction.on_commit(lambda: outgoing_waits.send_robust(Conversation, conversation_id=conversation_id))
