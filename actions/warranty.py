"""Warranty and repair."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import own_words
from actions.careful import CarefulAction, Event
from actions.clients.back_office import back_office
from actions.dates import in_words_with_year
from actions.handover import hand_over
from actions.verification import verified_order
from actions.verified_form import VerifiedForm, hand_over_unfinished


class ValidateWarrantyForm(VerifiedForm):
    """Validation of the form that asks what broke."""

    own_intents = frozenset({"warranty_repair"})

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "validate_warranty_form"

    def validate_defect(self, value: Any, _: Any, tracker: Tracker, *__: Any) -> dict[str, Any]:
        """What is wrong, in the customer's own words."""
        return {"defect": own_words(tracker, value)}


class ActionRegisterRepair(CarefulAction):
    """Says what is known about the warranty and passes the defect on. It refuses nothing: a person decides (R26)."""

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "action_register_repair"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Say how long the warranty runs, and open a ticket for what follows."""
        order, defect = await verified_order(tracker), tracker.get_slot("defect")
        if order is None or not defect:
            return await hand_over_unfinished(dispatcher, tracker)
        warranty = await back_office().warranty_of(order)
        if warranty is None:
            dispatcher.utter_message(response="utter_warranty_unknown")
        else:
            dispatcher.utter_message(
                response="utter_warranty_runs" if warranty.runs else "utter_warranty_ended",
                description=order.description,
                until=in_words_with_year(warranty.until),
            )
        runs = warranty is not None and warranty.runs
        response = "utter_ticket_opened_repair" if runs else "utter_ticket_opened_repair_needs_a_person"
        events = await hand_over(dispatcher, tracker, "decision_needs_a_person", response)
        return [*events, SlotSet("defect", None)]
