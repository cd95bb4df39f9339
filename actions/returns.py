"""Sending something back."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.careful import CarefulAction, Event
from actions.clients.back_office import back_office
from actions.clients.back_office.records import NeedsAPersonError
from actions.dates import in_words
from actions.handover import hand_over
from actions.verified_form import VerifiedForm, hand_over_unfinished, verified_order

_MAX_REASON_CHARACTERS = 500


class ValidateReturnForm(VerifiedForm):
    """Validation of the return form."""

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "validate_return_form"

    def validate_return_reason(self, value: Any, *_: Any) -> dict[str, Any]:
        """Any reason is a good reason: the law asks for none."""
        return {"return_reason": str(value)[:_MAX_REASON_CHARACTERS]}


class ActionRegisterReturn(CarefulAction):
    """Registers the return in the back office and gives the instructions."""

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "action_register_return"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Register the return of the verified order. What the system does not allow, a person decides."""
        order, reason = await verified_order(tracker), tracker.get_slot("return_reason")
        if order is None or not reason:
            return await hand_over_unfinished(dispatcher, tracker)
        try:
            registered = await back_office().register_return(order, reason)
        except NeedsAPersonError:
            events = await hand_over(
                dispatcher, tracker, "decision_needs_a_person", "utter_ticket_opened_return_needs_a_person"
            )
        else:
            dispatcher.utter_message(
                response="utter_return_registered" if registered.new else "utter_return_already_registered",
                return_number=registered.number,
                return_before=in_words(registered.return_before),
                carrier=registered.carrier,
            )
            events = []
        # The reason belongs to this return only; the next one asks again.
        return [*events, SlotSet("return_reason", None)]
