"""Where an order is."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.careful import CarefulAction, Event
from actions.dates import in_words
from actions.verified_form import VerifiedForm, hand_over_unfinished, verified_order


class ValidateOrderStatusForm(VerifiedForm):
    """Validation of the form that asks which order the customer means."""

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "validate_order_status_form"


class ActionShowOrderStatus(CarefulAction):
    """Tells where an order is, as the back office has it."""

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "action_show_order_status"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Say the status of the verified order; without one a person takes over."""
        order = await verified_order(tracker)
        if order is None:
            return await hand_over_unfinished(dispatcher, tracker)
        dispatcher.utter_message(
            response=f"utter_order_{order.status}",
            order_number=order.number,
            description=order.description,
            carrier=order.carrier,
            expected=in_words(order.expected) if order.expected else "",
            delivered=in_words(order.delivered) if order.delivered else "",
        )
        return []
