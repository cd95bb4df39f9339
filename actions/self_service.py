"""What the forms about a customer's own account, subscription and appointment share."""

from __future__ import annotations

import logging
from abc import ABC
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import said
from actions.careful import CarefulAction, Event
from actions.clients.back_office.records import BackOfficeError
from actions.conversation import latest_intent
from actions.verified_form import END_OF_FORM, VerifiedForm

logger = logging.getLogger(__name__)

# So short a message is an answer to the question, however it was classified: "de koffiebox graag".
_SHORT_ANSWER = 5


class SelfServiceForm(VerifiedForm, ABC):
    """A form after whose proof something of the customer is looked up, chosen and confirmed."""

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Validate as `VerifiedForm` does; the form ends when the back office gives no answer."""
        try:
            return await super().run(dispatcher, tracker, domain)
        except BackOfficeError:
            logger.error("%s: the back office gave no answer", self.name())
            return [END_OF_FORM]

    async def get_extraction_events(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """What the message fills in. Another choice is confirmed again: "nee, donderdag" says no to the question only."""
        choices = [slot for slot in self.domain_slots(domain) if slot not in self.yes_or_no_slots]
        before = {slot: tracker.get_slot(slot) for slot in choices}
        events = await super().get_extraction_events(dispatcher, tracker, domain)
        if all(tracker.get_slot(slot) == value for slot, value in before.items()):
            return events
        kept = [event for event in events if event["name"] not in self.yes_or_no_slots]
        given = [slot for slot in self.yes_or_no_slots if tracker.get_slot(slot) is not None]
        return [*kept, *emptied(*given)]

    def answer_of(self, tracker: Tracker) -> str:
        """What the customer typed, when it can be an answer to the form's question; empty for a question of its own."""
        text = said(tracker)
        short = len(text.split()) <= _SHORT_ANSWER and "?" not in text
        return text if short or latest_intent(tracker) in self._answering_intents(tracker) else ""


class AskingAction(CarefulAction, ABC):
    """Asks for a slot with what the back office knows. A question is no answer: `reply_given` stays as it was."""

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Ask; when that fails the customer hears where to go instead."""
        events = await super().run(dispatcher, tracker, domain)
        if SlotSet("reply_given", False) in events:
            dispatcher.utter_message(response="utter_temporarily_unavailable")
        return [event for event in events if event["name"] != "reply_given"]


def latest_entity(tracker: Tracker, entity: str) -> str | None:
    """The last value of an entity in the latest message, or None: "niet 12 maar 14" means 14."""
    values = list(tracker.get_latest_entity_values(entity))
    return str(values[-1]) if values else None


def emptied(*slots: str) -> list[Event]:
    """The events that forget what belongs to a task that is done."""
    return [SlotSet(slot, None) for slot in slots]
