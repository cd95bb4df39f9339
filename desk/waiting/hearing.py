"""Customers who cannot use a telephone are never told to call, nor offered to be called (R13)."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from conversations.models import Conversation, Message, Sender

_FILE = Path(__file__).with_name("hearing.txt")
# Said once in a conversation it holds for all of it; longer ones are read from their end.
_MESSAGES_READ = 200


def can_phone(conversation: Conversation) -> bool:
    """False when the customer wrote that they are deaf, hard of hearing or cannot call, or the assistant noted that.

    A word too many costs a line about the telephone; a word missed tells a deaf person to call. So the words alone count,
    whatever the sentence says about them.
    """
    if any("cannot_phone" in ticket.entities for ticket in conversation.tickets.all()):
        return False
    own = Message.objects.filter(conversation=conversation, sender=Sender.CUSTOMER).order_by("-id")
    return not any(_pattern().search(text) for text in own.values_list("text", flat=True)[:_MESSAGES_READ])


@cache
def _pattern() -> re.Pattern[str]:
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    words = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    return re.compile(rf"\b(?:{'|'.join(words)})\b", re.IGNORECASE)
