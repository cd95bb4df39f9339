"""Asks a customer whom the assistant helped alone, once per conversation, how satisfied they are.

The question comes when the customer says thanks or goodbye, or has been quiet for a while. It can be left alone.
Who asked for a person in this conversation is asked about the ticket instead (`satisfaction.question`).
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from conversations.models import Conversation, ConversationState, Message, Sender, TurnState
from conversations.store import locked, note_news
from organisation.service import service
from privacy.masking import mask
from satisfaction.models import AssistantQuestion
from satisfaction.problems import AlreadyRated, NotAsked
from tickets.models import Ticket

# As for a ticket (`satisfaction.question`).
ANSWERABLE = timedelta(days=7)
# Who has been gone for so long before anybody looked has left, and is asked nothing.
_NOT_OLDER = timedelta(hours=24)
_MOST_PER_ROUND = 200
# Longer than this it is more than a goodbye: "bedankt, maar mijn pakket is er nog niet".
_MOST_WORDS = 6
_FILE = Path(__file__).with_name("goodbye.txt")
_ABOUT = re.compile(r"A-([1-9][0-9]{0,14})")


def is_goodbye(text: str) -> bool:
    """Is this nothing but thanks or a goodbye?"""
    return len(text.split()) <= _MOST_WORDS and "?" not in text and bool(_pattern().search(text))


def ask_after_goodbye(message: Message) -> None:
    """Ask when this message, which the assistant has answered, ends the conversation."""
    is_answered = message.turn_state == TurnState.ANSWERED
    if is_answered and is_goodbye(message.text) and _helped(message.conversation_id, before=message.pk):
        _ask(message.conversation_id)


def ask_who_is_quiet(now: datetime) -> None:
    """Ask who has not written for `ask_after_quiet_minutes` (`desk.yml`) after an answer of the assistant."""
    minutes = service().ask_after_quiet_minutes
    if not minutes:
        return
    settled = Q(assistant_question__score__isnull=False) | Q(
        assistant_question__asked_at__gte=F("last_message_at")
    )
    answered = Message.objects.filter(conversation=OuterRef("pk"), turn_state=TurnState.ANSWERED)
    quiet = _without_a_person().filter(
        Exists(answered),
        last_message_at__gt=now - _NOT_OLDER,
        last_message_at__lte=now - timedelta(minutes=minutes),
    )
    for key in quiet.exclude(settled).values_list("pk", flat=True)[:_MOST_PER_ROUND]:
        _ask(key)


def question_about_assistant(conversation: Conversation) -> str | None:
    """What the customer may be asked now, as `satisfaction` in docs/contracts.md; None while the conversation goes on."""
    if conversation.state != ConversationState.WITH_ASSISTANT:
        return None
    asked: AssistantQuestion | None = getattr(conversation, "assistant_question", None)
    if asked is None or asked.score is not None or asked.asked_at <= timezone.now() - ANSWERABLE:
        return None
    later = conversation.messages.filter(sender=Sender.CUSTOMER, at__gt=asked.asked_at)
    return None if later.exists() else asked.about


def rate_assistant(conversation_id: int, about: str, score: int, remark: str) -> AssistantQuestion:
    """Keep an answer; the arguments and errors are those of `satisfaction.question.rate`."""
    match = _ABOUT.fullmatch(about)
    with locked(conversation_id) as conversation:
        asked = (
            AssistantQuestion.objects.filter(conversation=conversation, pk=int(match[1])).first()
            if match
            else None
        )
        if asked is not None and asked.score is not None:
            raise AlreadyRated
        if asked is None or asked.asked_at <= timezone.now() - ANSWERABLE:
            raise NotAsked
        asked.score, asked.remark, asked.answered_at = score, mask(remark).text, timezone.now()
        asked.save(update_fields=["score", "remark", "answered_at"])
        note_news(conversation)
        return asked


def _ask(conversation_id: int) -> None:
    """Ask, or ask again what was not answered before the customer went on; not who asked for a person meanwhile."""
    try:
        with locked(conversation_id) as conversation:
            if not _without_a_person().filter(pk=conversation.pk).exists():
                return
            asked, is_new = AssistantQuestion.objects.get_or_create(conversation=conversation)
            if not is_new and asked.score is None:
                asked.asked_at = timezone.now()
                asked.save(update_fields=["asked_at"])
            note_news(conversation)
    except Conversation.DoesNotExist:
        return  # erased since


def _without_a_person() -> QuerySet[Conversation]:
    has_ticket = Exists(Ticket.objects.filter(conversation=OuterRef("pk")))
    return Conversation.objects.filter(~has_ticket, channel="web", state=ConversationState.WITH_ASSISTANT)


def _helped(conversation_id: int, before: int) -> bool:
    """Did the assistant answer anything before this message?"""
    earlier = Message.objects.filter(conversation=conversation_id, pk__lt=before)
    return earlier.filter(sender=Sender.CUSTOMER, turn_state=TurnState.ANSWERED).exists()


@cache
def _pattern() -> re.Pattern[str]:
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    words = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    return re.compile(rf"\b(?:{'|'.join(words)})\b", re.IGNORECASE)
