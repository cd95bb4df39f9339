"""Questions that the customer asks without a message of their own: the second one in a message, or a yes to an offer."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import ActionExecuted, SlotSet, UserUttered
from rasa_sdk.executor import CollectingDispatcher

from actions.careful import CarefulAction, Event


def taken_up(tracker: Tracker, intent: str) -> list[Event]:
    """The events that put a customer's message with this intent in the conversation; the rules answer it.

    It has the latest message's details, and the desk's id of it: a ticket for either question is the same ticket.
    """
    latest = tracker.latest_message
    details = [found for found in latest.get("entities") or [] if found["entity"] != "next_question"]
    asked = UserUttered(
        text=f"/{intent}",
        parse_data={
            "text": f"/{intent}",
            "intent": {"name": intent, "confidence": 1.0},
            "entities": details,
        },
    )
    asked["metadata"] = latest.get("metadata") or {}
    return [ActionExecuted("action_listen"), asked, SlotSet("reply_given", False)]


class ActionAnswerNextQuestion(CarefulAction):
    """Takes up the second question as if the customer asks it now."""

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "action_answer_next_question"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Put a customer's message with that intent in the conversation; the rules answer it."""
        intent = tracker.get_slot("next_question")
        if not intent:
            return []
        dispatcher.utter_message(response="utter_next_question")
        return [SlotSet("next_question", None), *taken_up(tracker, intent)]
