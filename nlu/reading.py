"""How a message should be read, kept on the Rasa message by ``DutchTypingRepair`` for whoever makes features of it."""

from __future__ import annotations

from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.typing_repair import Reading

_TEXT_AS_MEANT = "text_as_meant"
_ORIGIN = "text_as_meant_origin"


def set_reading(message: Message, reading: Reading) -> None:
    """Keep ``reading`` on ``message``, as plain data that Rasa can fingerprint."""
    message.set(_TEXT_AS_MEANT, reading.text)
    message.set(_ORIGIN, list(reading.origin))


def reading_of(message: Message, attribute: str = TEXT) -> Reading:
    """Return how ``attribute`` of ``message`` should be read; as it was typed when nobody said otherwise."""
    meant = message.get(_TEXT_AS_MEANT) if attribute == TEXT else None
    if meant is None:
        typed = message.get(attribute) or ""
        return Reading(typed, tuple(range(len(typed))))
    return Reading(meant, tuple(message.get(_ORIGIN)))
