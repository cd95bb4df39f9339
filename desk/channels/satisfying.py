"""The question how satisfied a customer is, on channels: one message with five buttons after a ticket was closed.

The web chat shows the question itself. It comes after the words with which a ticket is closed, in a transaction of its
own: a process that dies in between costs the question and nothing else.
"""

from __future__ import annotations

import logging
from functools import partial
from typing import Any

from django.db import transaction

from channels.registry import class_named
from conversations.models import Conversation, Message, Sender
from conversations.store import add, locked
from organisation.texts import say
from satisfaction.models import HIGHEST, LOWEST
from satisfaction.question import AlreadyRated, NotAsked, question_for, rate
from tickets.models import HistoryEntry, HistoryKind
from turns.own_answers import answered_by_desk, payload, rest_of

logger = logging.getLogger(__name__)

_WORD = "rate"
_ENDS = {HistoryKind.CLOSED, HistoryKind.HANDED_BACK}


def note_end(instance: HistoryEntry, created: bool, **kwargs: Any) -> None:
    """Receiver of every change of a ticket: ask once it is closed."""
    if created and instance.kind in _ENDS:
        conversation = instance.ticket.conversation
        if class_named(conversation.channel) is not None and conversation.is_live:
            transaction.on_commit(partial(ask, conversation.pk), robust=True)


def ask(conversation_id: int) -> None:
    """Ask about the ticket that was just closed, when there is something to ask."""
    with locked(conversation_id) as conversation:
        ticket = question_for(conversation)
        if ticket is None:
            return
        buttons = [
            {
                "title": say("channels/satisfaction/score", score=score),
                "payload": payload(_WORD, f"{ticket.number}:{score}"),
            }
            for score in range(HIGHEST, LOWEST - 1, -1)
        ]
        add(
            conversation,
            Sender.SYSTEM,
            say("channels/satisfaction/question", number=ticket.number),
            buttons=buttons,
        )


@answered_by_desk(_WORD)
def rated(conversation: Conversation, message: Message) -> bool:
    """Keep the score; the first one counts."""
    number, _, score = rest_of(message).rpartition(":")
    try:
        rate(conversation.pk, number, int(score), "")
        words = "thanks"
    except AlreadyRated:
        words = "already"
    except NotAsked:
        words = "too_late"
    add(conversation, Sender.SYSTEM, say(f"channels/satisfaction/{words}"), in_reply_to=message)
    return True
