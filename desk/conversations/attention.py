"""Who has received and read what, and who is typing. Nothing here says anything about what is typed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from conversations.models import Attention, Conversation, Message, Sender
from conversations.signals import attention_changed

# Somebody who stopped typing this long ago is not typing any more. Pages report it about twice in that time.
TYPING_SECONDS = 6.0
_TYPING = timedelta(seconds=TYPING_SECONDS)


def attention_of(conversation: Conversation) -> Attention:
    """What is known of this conversation; one with nothing in it, not stored, when nothing was reported yet."""
    return getattr(conversation, "attention", None) or Attention(conversation=conversation)


def seen_by_customer(conversation_id: int, *, received: int, read: int) -> None:
    """The customer's browser has everything up to `received`, and `read` stood on the screen.

    Ids of messages that do not exist yet count as the last one that does. What was seen once stays seen.
    """
    received, read = _existing(conversation_id, received), _existing(conversation_id, read)
    _raise(conversation_id, customer_received=max(received, read), customer_read=read)


def read_by_employee(conversation_id: int, read: int) -> None:
    """Everything up to `read` stood on the screen of the employee who has the conversation."""
    _raise(conversation_id, employee_read=_existing(conversation_id, read))


def typing(conversation_id: int, sender: Sender) -> None:
    """A customer or an employee is typing. The assistant never does (R16).

    Raises:
        ValueError: any other sender.
    """
    if sender not in (Sender.CUSTOMER, Sender.EMPLOYEE):
        raise ValueError(sender)
    _store(conversation_id, {f"{sender.value}_typing_at": timezone.now()})


def seconds_typing(since: datetime | None) -> float:
    """How many seconds longer somebody who typed at this moment counts as typing; 0 when not any more."""
    if since is None:
        return 0.0
    return max(0.0, (since + _TYPING - timezone.now()).total_seconds())


def _existing(conversation_id: int, message_id: int) -> int:
    known = Message.objects.filter(conversation_id=conversation_id, pk__lte=message_id)
    return known.order_by("-id").values_list("pk", flat=True).first() or 0


def _raise(conversation_id: int, **marks: int) -> None:
    """Move marks forward; a report that says nothing new changes nothing and rings nobody."""
    known = Attention.objects.filter(pk=conversation_id).values(*marks).first()
    higher = {name: mark for name, mark in marks.items() if mark > (known[name] if known else 0)}
    if higher:
        _store(conversation_id, higher)


def _store(conversation_id: int, fields: dict[str, Any]) -> None:
    with transaction.atomic():
        attention, _ = Attention.objects.select_for_update().get_or_create(conversation_id=conversation_id)
        for name, value in fields.items():
            before = getattr(attention, name)
            # Of two tabs that report at once the one that has seen less may come last.
            if before is None or value > before:
                setattr(attention, name, value)
        attention.revision = F("revision") + 1
        attention.save(update_fields=[*fields, "revision"])
        transaction.on_commit(
            lambda: attention_changed.send_robust(Attention, conversation_id=conversation_id)
        )
