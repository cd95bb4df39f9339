"""Asks a customer once per ticket how satisfied they are, and keeps the answer."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from conversations.models import Conversation, ConversationState
from conversations.store import locked, note_news
from privacy.masking import mask
from satisfaction.assistant import rate_assistant
from satisfaction.models import AssistantQuestion, Rating
from satisfaction.problems import AlreadyRated, NotAsked
from tickets.models import HistoryKind, Ticket, TicketQuerySet, TicketState

# Later than this a customer hardly knows what the help was like.
ANSWERABLE = timedelta(days=7)
__all__ = ["AlreadyRated", "NotAsked", "question_for", "rate"]
_AFTERWARDS = (ConversationState.WITH_ASSISTANT, ConversationState.CLOSED)


def question_for(conversation: Conversation) -> Ticket | None:
    """The ticket about which the customer may be asked now: the latest, when an employee ended it and no answer came.

    Also after the outcome `no_answer`: who waited in vain may say so.
    """
    if not conversation.is_live or conversation.state not in _AFTERWARDS:
        return None
    latest = _ended(conversation).order_by("-id").first()
    return latest if latest and not Rating.objects.filter(ticket=latest).exists() else None


def rate(conversation_id: int, number: str, score: int, remark: str) -> Rating | AssistantQuestion:
    """Keep an answer.

    Args:
        conversation_id: the customer's.
        number: of the ticket, or `AssistantQuestion.about`.
        score: on the scale of `Rating`.
        remark: as typed; it is masked.

    Raises:
        Conversation.DoesNotExist: the conversation is gone.
        NotAsked: no question about this ticket is open in this conversation.
        AlreadyRated: it was answered before.
    """
    if number.startswith(AssistantQuestion.PREFIX):
        return rate_assistant(conversation_id, number, score, remark)
    with locked(conversation_id) as conversation:
        ticket = _ended(conversation).with_number(number).first()
        if ticket is None:
            raise NotAsked
        if Rating.objects.filter(ticket=ticket).exists():
            raise AlreadyRated
        rating = Rating.objects.create(ticket=ticket, score=score, remark=mask(remark).text)
        ticket.history.create(kind=HistoryKind.RATED, detail={"score": score})
        note_news(conversation)
        return rating


def _ended(conversation: Conversation) -> TicketQuerySet:
    """The tickets of which an employee said lately how they ended."""
    since = timezone.now() - ANSWERABLE
    return Ticket.objects.filter(
        conversation=conversation, state=TicketState.CLOSED, closed_at__gt=since, closings__isnull=False
    ).distinct()
