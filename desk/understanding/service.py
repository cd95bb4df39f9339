"""Keeps what the assistant understood of the messages in open tickets, whoever opened those."""

from __future__ import annotations

import logging

from django.db import transaction

from conversations.models import WITH_A_PERSON, Message, Sender
from conversations.store import locked, note_news
from tickets.models import HistoryKind, Ticket
from understanding.assistant import AssistantSilent, intent_of
from understanding.domain import is_topic
from understanding.models import Understanding

logger = logging.getLogger(__name__)

# Per round; at some 15 ms each a round stays far under the time that a job may take.
_MOST_PER_ROUND = 50
# Older messages of a long conversation do not say what it is about now.
_LATEST_PER_CONVERSATION = 20


def understand(message: Message) -> str:
    """The intent of a customer's message, asked for when it is not known yet.

    Raises:
        AssistantSilent: it is not known and the assistant does not say.
    """
    known = Understanding.objects.filter(pk=message.pk).first()
    if known is None:
        # A button says itself what it means: `/track_order`, `/inform{"…": "…"}`.
        pressed = message.payload.removeprefix("/").partition("{")[0]
        intent = pressed if message.payload.startswith("/") else intent_of(message.text)
        known, _ = Understanding.objects.get_or_create(message=message, defaults={"intent": intent[:128]})
    return known.intent


def understand_open_tickets() -> None:
    """Ask for what is not known yet, newest first, and note the subject of tickets that have none.

    Stops at the first silence: an assistant that is down is asked again in the next round.
    """
    waiting = Message.objects.filter(
        conversation__state__in=WITH_A_PERSON,
        sender=Sender.CUSTOMER,
        understanding=None,
    )
    conversations = set()
    try:
        for message in waiting.order_by("-id")[:_MOST_PER_ROUND]:
            understand(message)
            conversations.add(message.conversation_id)
    except AssistantSilent as silent:
        logger.info("what customers mean is asked again later: %s", silent)
    for conversation_id in conversations:
        _note_subject(conversation_id)


def _note_subject(conversation_id: int) -> None:
    """Give the open ticket its subject, when it has none: those of the human button and the safety net."""
    with transaction.atomic(), locked(conversation_id) as conversation:
        ticket = conversation.tickets.not_closed().first()
        if ticket is not None and not ticket.intent:
            subject = latest_topic(ticket)
            if subject:
                ticket.intent = subject
                ticket.save(update_fields=["intent"])
                ticket.history.create(kind=HistoryKind.DETAILS_ADDED, detail={"fields": ["intent"]})
        note_news(conversation)


def latest_topic(ticket: Ticket) -> str:
    """What the customer asked about last, as far as it was understood; empty when that is nothing."""
    said = Understanding.objects.filter(message__conversation_id=ticket.conversation_id).order_by("-pk")
    names = said.values_list("intent", flat=True)[:_LATEST_PER_CONVERSATION]
    return next((name for name in names if is_topic(name)), "")
