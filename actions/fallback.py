"""What the assistant says once when it cannot help; the second time in a row the rules hand over."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.careful import CarefulAction, Event

_SUGGESTIONS = 3
# With some sixty topics one that gets less than this is a guess, and a wrong button is worse than none.
_LEAST_CONFIDENCE = 0.05
_HUMAN = "talk_to_human"


class ActionAskClarification(CarefulAction):
    """Asks once what the customer means: the likeliest topics by their human titles, and always a person."""

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "action_ask_clarification"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Offer buttons for the best ranked topics, and none for topics that are hardly likely."""
        titles = intent_titles(domain)
        ranking = tracker.latest_message.get("intent_ranking") or []
        likely = [
            row["name"]
            for row in ranking
            if row.get("name") in titles
            and row["name"] != _HUMAN
            and row.get("confidence", 0) >= _LEAST_CONFIDENCE
        ]
        if not likely:
            dispatcher.utter_message(response="utter_default")
            return [SlotSet("previous_turn_missed", True)]
        buttons = [
            {"title": titles[name], "payload": f"/{name}"} for name in [*likely[:_SUGGESTIONS], _HUMAN]
        ]
        dispatcher.utter_message(response="utter_clarify", buttons=buttons)
        return [SlotSet("previous_turn_missed", True)]


class ActionDecline(CarefulAction):
    """Says that the question is not one for this organisation, and offers a person."""

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "action_decline"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Decline politely, and remember that the customer was not helped."""
        dispatcher.utter_message(response="utter_out_of_scope")
        return [SlotSet("previous_turn_missed", True)]


def intent_titles(domain: dict[str, Any]) -> dict[str, str]:
    """Per topic the title that `domain.yml` gives its intent; an intent with `offer: false` is no topic for a customer."""
    rows = [row for row in domain.get("intents", []) if isinstance(row, dict)]
    return {
        name: properties["title"]
        for row in rows
        for name, properties in row.items()
        if properties.get("title") and properties.get("offer", True)
    }
