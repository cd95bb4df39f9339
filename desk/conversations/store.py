"""Writes and reads conversations. Every change of one conversation happens under its lock, so ids are in order."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from conversations import offers
from conversations.models import Conversation, ConversationState, Message, Sender, TurnState
from conversations.offers import Button
from conversations.signals import conversation_changed, message_awaits_turn
from organisation.loader import current
from organisation.texts import DUTCH, say
from privacy.detectors import Kind
from privacy.masking import PLACEHOLDERS, mask

LONGEST_TEXT = 2000
LONGEST_CLIENT_ID = 64
MESSAGES_PER_READ = 200
# The payload that the assistant understands as "I want a person" (docs/contracts.md, section 1).
HUMAN_PAYLOAD = "/talk_to_human"


@contextmanager
def locked(conversation_id: int) -> Iterator[Conversation]:
    """The conversation in a transaction in which nobody else can change it.

    SQLite locks the whole file when the transaction begins; other databases lock the row. The lock leaves the row's key
    alone (`FOR NO KEY UPDATE`), so that rows that refer to the conversation can be added meanwhile.

    Raises:
        Conversation.DoesNotExist: it is gone.
    """
    with transaction.atomic():
        yield Conversation.objects.select_for_update(no_key=True).get(pk=conversation_id)


def begin(channel: str, language: str = DUTCH) -> Conversation:
    """A new conversation that the desk carries itself, with the first message: the assistant says what it is (R14)."""
    with transaction.atomic():
        conversation = Conversation.objects.create(
            external_id=str(uuid.uuid4()), channel=channel, language=language
        )
        tell(conversation, Sender.ASSISTANT, "greeting", buttons=[human_button(language)])
    return conversation


def human_button(language: str = DUTCH) -> Button:
    """The button that asks for a person."""
    return {"title": say("human_button", language), "payload": HUMAN_PAYLOAD}


def add_customer_message(conversation_id: int, client_id: str, text: str) -> tuple[Message, bool]:
    """Store what a customer wrote, masked, and ask for a turn.

    Args:
        conversation_id: primary key.
        client_id: the customer's own id of the message.
        text: what was typed, or the payload of a button; 1 to `LONGEST_TEXT` characters, cleaned. Who types the title of a
            button that was just offered has pressed it.

    Returns:
        The message, and whether it is new; the same `client_id` gives the message that is already there.

    Raises:
        Conversation.DoesNotExist: it is gone.
    """
    with locked(conversation_id) as conversation:
        known = conversation.messages.filter(sender=Sender.CUSTOMER, client_id=client_id).first()
        if known is not None:
            return known, False
        button = offers.with_payload(conversation, text) or offers.titled(conversation, text)
        words, payload = (button["title"], button["payload"]) if button else (text, "")
        return add_customer_words(conversation, client_id, words, payload=payload), True


def add_customer_words(
    conversation: Conversation,
    client_id: str,
    text: str,
    *,
    payload: str = "",
    sent_at: datetime | None = None,
) -> Message:
    """`add_customer_message` for a caller that has locked the conversation and knows that the message is new.

    Args:
        conversation: from `locked`.
        client_id: as above.
        text: what the employee reads, cleaned.
        payload: what the assistant gets instead, or what the desk does (`turns.own_answers`).
        sent_at: when the customer sent it by the channel's clock (aware); None when the channel does not say.
    """
    masked = mask(text, context=_last_words(conversation))
    message = add(
        conversation,
        Sender.CUSTOMER,
        masked.text,
        payload=payload,
        client_id=client_id,
        turn_state=TurnState.PENDING,
        sent_at=sent_at,
    )
    if Kind.BSN in masked.kinds:
        tell(conversation, Sender.SYSTEM, "bsn_masked", in_reply_to=message)
    if conversation.state == ConversationState.CLOSED:
        change_state(conversation, ConversationState.WITH_ASSISTANT)
    conversation_id = conversation.pk
    transaction.on_commit(
        lambda: message_awaits_turn.send_robust(Conversation, conversation_id=conversation_id)
    )
    return message


def add(
    conversation: Conversation, sender: Sender, text: str, *, name: str | None = None, **fields: Any
) -> Message:
    """Append a message to a conversation that the caller has locked. The text is masked, whoever wrote it.

    Args:
        conversation: from `locked`.
        sender: who wrote it.
        text: what the customer sees.
        name: the sender's name; by default that of the assistant or the organisation.
        fields: further fields of `Message`.
    """
    message = conversation.messages.create(
        sender=sender, name=_name_of(sender) if name is None else name, text=mask(text).text, **fields
    )
    _update(conversation, last_message_at=message.at)
    return message


def tell(
    conversation: Conversation,
    sender: Sender,
    text: str,
    values: Mapping[str, Any] | None = None,
    **fields: Any,
) -> Message:
    """`add` one of the desk's own texts (`organisation.texts.say`, with `values`), in the customer's language."""
    words = say(text, conversation.language, **(values or {}))
    return add(conversation, sender, words, language=conversation.language, **fields)


def change_state(conversation: Conversation, state: ConversationState) -> None:
    """Change who answers, in a conversation that the caller has locked."""
    _update(conversation, state=state, is_adding_details=False)


def note_news(conversation: Conversation) -> None:
    """Let everybody who looks at a conversation, locked by the caller, look again: something about it has changed."""
    _update(conversation)


def messages_after(conversation_id: int, after: int) -> Sequence[Message]:
    """The messages with a higher id, in order, at most `MESSAGES_PER_READ`."""
    return list(Message.objects.filter(conversation_id=conversation_id, pk__gt=after)[:MESSAGES_PER_READ])


def message_json(message: Message) -> dict[str, Any]:
    """A message as docs/contracts.md, section 1, describes it."""
    return {
        "id": message.pk,
        "at": timezone.localtime(message.at).isoformat(timespec="seconds"),
        "sender": message.sender,
        "name": message.name,
        "text": message.text,
        "language": message.language or None,
        "buttons": message.buttons,
    }


def _update(conversation: Conversation, **fields: Any) -> None:
    """Store these fields and that there is news."""
    for name, value in fields.items():
        setattr(conversation, name, value)
    Conversation.objects.filter(pk=conversation.pk).update(revision=F("revision") + 1, **fields)
    conversation_id = conversation.pk
    transaction.on_commit(
        lambda: conversation_changed.send_robust(Conversation, conversation_id=conversation_id)
    )


def _name_of(sender: Sender) -> str:
    if sender == Sender.ASSISTANT:
        return current().assistant_name
    return current().name if sender == Sender.SYSTEM else ""


def _last_words(conversation: Conversation) -> str:
    """The message before this one, unless its BSN was taken out: what was asked for has then been given."""
    previous = (
        conversation.messages.exclude(sender=Sender.SYSTEM)
        .order_by("-id")
        .values_list("text", flat=True)
        .first()
    )
    return previous if previous and PLACEHOLDERS[Kind.BSN] not in previous else ""
