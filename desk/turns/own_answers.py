"""Messages that the desk answers itself, in the customer's turn: their payload begins with `desk:` and a word.

Another app registers what it answers. No customer can type such a payload: it is set by the desk alone, for what was pressed
or sent on a messaging channel.
"""

from __future__ import annotations

from collections.abc import Callable

from conversations.models import Conversation, Message

_PREFIX = "desk:"
# Answers in a conversation that the turn has locked; False when it is to go the ordinary way, to an employee.
Handler = Callable[[Conversation, Message], bool]
_handlers: dict[str, Handler] = {}


def payload(word: str, rest: str = "") -> str:
    """The payload for what the handler of `word` answers; `rest` is for that handler."""
    return f"{_PREFIX}{word}:{rest}"


def rest_of(message: Message) -> str:
    """What the payload holds for its handler."""
    return message.payload.split(":", 2)[2]


def answered_by_desk(word: str) -> Callable[[Handler], Handler]:
    """Register the handler of a word. In a conversation with the assistant it should answer; else the assistant gets the
    text."""

    def register(handler: Handler) -> Handler:
        _handlers[word] = handler
        return handler

    return register


def is_for_the_desk(message: Message) -> bool:
    """Does the desk answer this message?"""
    return message.payload.startswith(_PREFIX)


def give(conversation: Conversation, message: Message) -> bool:
    """Answer a message, when the desk does that itself; was it answered?"""
    if not is_for_the_desk(message):
        return False
    handler = _handlers.get(message.payload.split(":", 2)[1])
    return handler is not None and handler(conversation, message)
