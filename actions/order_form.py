"""What the forms about an order share: checking the order number with the postcode, and never asking for ever."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk import FormValidationAction, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.careful import Event
from actions.clients.back_office import BackOfficeError, Order, back_office
from actions.handover import hand_over, latest_intent

logger = logging.getLogger(__name__)

# R23: five wrong combinations lock the check for the conversation.
MAX_VERIFICATION_FAILURES = 5
# R5: two turns in a row that do not answer the question lead to a person.
MAX_SLOT_FAILURES = 2
# A message with one of these intents, without the value that was asked for, is a failed try. Any other intent is a
# question of its own: the form steps aside for it.
_FAILED_TRY_INTENTS = {"nlu_fallback", "inform", "out_of_scope", "affirm", "deny", "greet", "thank"}
END_OF_FORM = SlotSet("requested_slot", None)


class OrderFormValidation(FormValidationAction, ABC):
    """Validation for a form that asks `order_number` and `postcode` first. A subclass gives the name and further slots."""

    @abstractmethod
    def name(self) -> str:
        """The action's name in `domain.yml`."""

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Validate what the message filled in; end the form when asking again would not help the customer.

        The form's submit action then finds its slots empty and hands over (`hand_over_unfinished`).
        """
        requested = tracker.get_slot("requested_slot")
        if locked(tracker):
            return [END_OF_FORM]
        events = await super().run(dispatcher, tracker, domain)
        try:
            mismatch = await self._check_order(dispatcher, tracker)
        except BackOfficeError:
            logger.error("%s: the back office gave no answer", self.name())
            return [*events, END_OF_FORM]
        if mismatch:
            return [*events, *mismatch]
        if any(event["value"] is not None for event in events):
            # Another detail than the one that was asked for is no failed try.
            return [*events, SlotSet("slot_failures", 0)]
        return [*events, *self._count_failed_try(dispatcher, tracker, requested)]

    def validate_order_number(self, value: Any, *_: Any) -> dict[str, Any]:
        """One order number; of several in one message the last counts, as in "niet 400123456 maar 400123457"."""
        return {"order_number": _last(value)}

    def validate_postcode(self, value: Any, *_: Any) -> dict[str, Any]:
        """One postcode, the last that was given."""
        return {"postcode": _last(value)}

    async def _check_order(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[Event]:
        """Events for a wrong combination, or none. Marks the order as verified when the combination is right."""
        number, postcode = tracker.get_slot("order_number"), tracker.get_slot("postcode")
        if not number or not postcode:
            return []
        if await back_office().find_order(number, postcode):
            return []
        failures = verification_failures(tracker) + 1
        events = [
            SlotSet("order_number", None),
            SlotSet("postcode", None),
            SlotSet("verified_order", None),
            SlotSet("verification_failures", failures),
        ]
        tracker.add_slots(events)
        if failures >= MAX_VERIFICATION_FAILURES:
            return [*events, END_OF_FORM]
        dispatcher.utter_message(response="utter_order_not_found")
        return events

    def _count_failed_try(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, requested: str | None
    ) -> list[Event]:
        """Events that count a message which did not answer the question; none when nothing was asked."""
        if not requested:
            return [SlotSet("slot_failures", 0)]
        if tracker.get_slot(requested) is not None:
            return [SlotSet("slot_failures", 0)]
        if latest_intent(tracker) not in _FAILED_TRY_INTENTS:
            return []
        failures = int(tracker.get_slot("slot_failures") or 0) + 1
        events = [SlotSet(requested, None), SlotSet("slot_failures", failures)]
        if failures >= MAX_SLOT_FAILURES:
            return [*events, END_OF_FORM]
        dispatcher.utter_message(response=f"utter_{requested}_not_recognised")
        return events


def verification_failures(tracker: Tracker) -> int:
    """How many wrong combinations of order number and postcode this conversation has seen."""
    return int(tracker.get_slot("verification_failures") or 0)


def locked(tracker: Tracker) -> bool:
    """Whether the check of order number and postcode is closed for this conversation."""
    return verification_failures(tracker) >= MAX_VERIFICATION_FAILURES


async def verified_order(tracker: Tracker) -> Order | None:
    """The order that the customer proved to be theirs, or None. Submit actions check this themselves: a form whose
    validation could not be reached jumps to its submit action.

    Raises:
        BackOfficeError: the back office gave no answer.
    """
    number, postcode = tracker.get_slot("order_number"), tracker.get_slot("postcode")
    if not number or not postcode or locked(tracker):
        return None
    return await back_office().find_order(number, postcode)


async def hand_over_unfinished(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[Event]:
    """Hand over a form that ended without its details. Raises `DeskError`."""
    reason = "verification_failed" if locked(tracker) else "not_understood"
    return await hand_over(dispatcher, tracker, reason, f"utter_ticket_opened_{reason}")


def _last(value: Any) -> Any:
    return value[-1] if isinstance(value, list) else value
