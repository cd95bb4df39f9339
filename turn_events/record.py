"""What is told of one turn: what the assistant made of the message and did, never what the customer wrote."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

VERSION = 1
_NOT_UNDERSTOOD = "nlu_fallback"
_LISTEN = "action_listen"
# Rasa's own actions and fixed answers say nothing about what was looked up or arranged.
_UNREMARKABLE = ("utter_", "action_listen", "action_session_start", "validate_")


@dataclass
class Turn:
    """A turn that has begun.

    Attributes:
        message_id: the desk's id of the customer's message.
        at: when the message was understood, seconds since 1970.
        intents: names and certainties from 0 to 1, the likeliest first; at most two.
        model: the id of the trained model.
        actions: names of the custom actions that ran, in order.
    """

    message_id: int
    at: float
    intents: list[tuple[str, float]]
    model: str
    is_understood: bool
    actions: list[str] = field(default_factory=list)

    def note(self, event: dict[str, Any]) -> None:
        """An event after the message: what the assistant does."""
        name = event.get("name")
        if event.get("event") == "action" and isinstance(name, str) and not name.startswith(_UNREMARKABLE):
            self.actions.append(name)

    def record(self, conversation: str, last: dict[str, Any]) -> dict[str, Any]:
        """The record as docs/contracts.md, section 9, describes it.

        Args:
            conversation: Rasa's sender id.
            last: the event that ended the turn.
        """
        return {
            "version": VERSION,
            "conversation": conversation,
            "message_id": self.message_id,
            "at": self.at,
            "seconds": round(max(0.0, float(last.get("timestamp") or self.at) - self.at), 4),
            "intents": [[name, round(certainty, 4)] for name, certainty in self.intents],
            "understood": self.is_understood,
            "actions": self.actions,
            "model": self.model,
        }


def begins(event: dict[str, Any]) -> Turn | None:
    """The turn that this event begins: a customer's message that came from the desk. None for any other event."""
    metadata = event.get("metadata") or {}
    message_id = str(metadata.get("message_id", "")) if isinstance(metadata, dict) else ""
    if event.get("event") != "user" or not (message_id.isascii() and message_id.isdigit()):
        return None
    parsed = event.get("parse_data") or {}
    intent = parsed.get("intent") or {}
    if intent.get("name") in (None, "session_start"):
        return None
    ranking = [intent, *(parsed.get("intent_ranking") or [])]
    likely: dict[str, float] = {}
    for entry in ranking:
        if entry.get("name") and entry["name"] != _NOT_UNDERSTOOD:
            likely.setdefault(str(entry["name"]), float(entry.get("confidence") or 0.0))
    return Turn(
        message_id=int(message_id),
        at=float(event.get("timestamp") or 0.0),
        intents=list(likely.items())[:2],
        model=str(metadata.get("model_id") or "")[:64],
        is_understood=intent["name"] != _NOT_UNDERSTOOD,
    )


def ends(event: dict[str, Any]) -> bool:
    """The assistant listens again."""
    return event.get("event") == "action" and event.get("name") == _LISTEN
