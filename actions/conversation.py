"""Reads what was said in a conversation: by the customer, and by the assistant just before."""

from __future__ import annotations

import itertools
from typing import Any

from rasa_sdk import Tracker

_HUMAN = {"/talk_to_human", "/callback_request"}
# A customer who only said such things has not told yet what it is about.
_NO_TOPIC = {
    "",
    "affirm",
    "bot_challenge",
    "callback_request",
    "capabilities",
    "deny",
    "frustration",
    "goodbye",
    "greet",
    "inform",
    "needs_extra_help",
    "other_language",
    "repeat",
    "session_start",
    "stop",
    "talk_to_human",
    "thank",
    "ticket_status",
}


def latest_intent(tracker: Tracker) -> str:
    """The name of the latest message's intent, or an empty string."""
    return (tracker.latest_message.get("intent") or {}).get("name") or ""


def intents(tracker: Tracker) -> list[str]:
    """The intents of all messages of the customer, oldest first."""
    said = [event for event in tracker.events if event.get("event") == "user"]
    return [((event.get("parse_data") or {}).get("intent") or {}).get("name") or "" for event in said]


def topic(tracker: Tracker) -> str | None:
    """What the customer asked about last: who asks for a person halfway a cancellation wants to cancel."""
    return next((intent for intent in reversed(intents(tracker)) if intent not in _NO_TOPIC), None)


def previous_answers(tracker: Tracker) -> list[dict[str, Any]]:
    """What the assistant said last before the latest message: an event per bubble, oldest first; none at the beginning."""
    earlier = itertools.dropwhile(lambda event: event.get("event") != "user", reversed(tracker.events))
    next(earlier, None)
    turn = itertools.takewhile(lambda event: event.get("event") != "user", earlier)
    return [event for event in turn if event.get("event") == "bot" and event.get("text")][::-1]


def previous_buttons(tracker: Tracker) -> list[dict[str, str]]:
    """What there was to choose after the previous answer, each with `title` and `payload`."""
    return [
        button
        for answer in previous_answers(tracker)
        for button in (answer.get("data") or {}).get("buttons") or []
    ]


def response_of(answer: dict[str, Any]) -> str:
    """The name of the response that a bubble was made from; empty when it was not made from one."""
    return str((answer.get("metadata") or {}).get("utter_action") or "")


def was_said(tracker: Tracker, response: str) -> bool:
    """Whether the assistant gave this response earlier in the conversation."""
    return any(event.get("event") == "bot" and response_of(event) == response for event in tracker.events)


def offers(tracker: Tracker) -> list[str]:
    """The intents of the topics to choose from after the previous answer, a person left out."""
    payloads = dict.fromkeys(str(button.get("payload")) for button in previous_buttons(tracker))
    names = [payload.removeprefix("/") for payload in payloads if payload not in _HUMAN]
    return [name for name in names if name.isidentifier() and name not in _NO_TOPIC]


def person_was_offered(tracker: Tracker) -> bool:
    """Whether the only thing to choose after the previous answer was a person.

    So it is when nothing was said yet: the desk begins each conversation with that offer.
    """
    offered = {button.get("payload") for button in previous_buttons(tracker)}
    return not previous_answers(tracker) or "/talk_to_human" in offered <= _HUMAN
