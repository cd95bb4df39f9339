"""Cancelling an order, and changing one."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import house_number, own_words, said
from actions.careful import CarefulAction, Event
from actions.clients.back_office import back_office
from actions.clients.back_office.records import NeedsAPersonError, Order
from actions.handover import hand_over
from actions.verification import last, verified_order
from actions.verified_form import VerifiedForm, hand_over_unfinished

_ADDRESS = re.compile(r"adres|postcode|huis\s?-?nummer|straat", re.IGNORECASE)
_NEW_ADDRESS = ["delivery_postcode", "delivery_house_number", "order_change_confirmed"]
_CHANGE_SLOTS = ["order_change", "change_wish", *_NEW_ADDRESS]


class ValidateCancelOrderForm(VerifiedForm):
    """Validation of the form that cancels an order."""

    own_intents = frozenset({"cancel_order"})
    yes_or_no_slots = frozenset({"order_cancel_confirmed"})

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "validate_cancel_order_form"

    def validate_order_cancel_confirmed(self, value: Any, *_: Any) -> dict[str, Any]:
        """Yes or no, as it was read."""
        return {"order_cancel_confirmed": value}


class ActionCancelOrder(CarefulAction):
    """Cancels an order after the customer's yes."""

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "action_cancel_order"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Cancel the verified order. What the system does not allow, a person decides."""
        order, confirmed = await verified_order(tracker), tracker.get_slot("order_cancel_confirmed")
        if order is None or confirmed is None:
            return await hand_over_unfinished(dispatcher, tracker)
        events: list[Event] = []
        if not confirmed:
            dispatcher.utter_message(response="utter_order_not_cancelled")
        else:
            try:
                await back_office().cancel_order(order)
            except NeedsAPersonError:
                response = "utter_ticket_opened_order_cannot_be_cancelled"
                events = await hand_over(dispatcher, tracker, "decision_needs_a_person", response)
            else:
                dispatcher.utter_message(
                    response="utter_order_cancelled",
                    order_number=order.number,
                    description=order.description,
                )
        return [*events, SlotSet("order_cancel_confirmed", None)]


class ValidateChangeOrderForm(VerifiedForm):
    """Validation of the form that changes an order: a new address, or a wish in the customer's own words."""

    own_intents = frozenset({"change_order"})
    yes_or_no_slots = frozenset({"order_change_confirmed"})

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "validate_change_order_form"

    async def required_slots(
        self,
        domain_slots: list[str],
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: dict[str, Any],
    ) -> list[str]:
        """The order, what to change, and then what that change needs."""
        slots = await super().required_slots(domain_slots, dispatcher, tracker, domain)
        needed = {"address": _NEW_ADDRESS, "other": ["change_wish"]}.get(
            tracker.get_slot("order_change") or "", []
        )
        return [slot for slot in slots if slot not in _CHANGE_SLOTS or slot in ("order_change", *needed)]

    def validate_order_change(self, value: Any, _: Any, tracker: Tracker, *__: Any) -> dict[str, Any]:
        """A button's value, or what the customer typed: something about the address, or else the wish itself."""
        if value in ("address", "other"):
            return {"order_change": value}
        wish = own_words(tracker, value)
        if wish is None:
            return {"order_change": None}
        if _ADDRESS.search(wish):
            return {"order_change": "address"}
        return {"order_change": "other", "change_wish": wish}

    def validate_change_wish(self, value: Any, _: Any, tracker: Tracker, *__: Any) -> dict[str, Any]:
        """Any wish; a person reads it."""
        return {"change_wish": own_words(tracker, value)}

    def extract_delivery_house_number(
        self, _: CollectingDispatcher, tracker: Tracker, __: dict[str, Any]
    ) -> dict[str, Any]:
        """A bare number, when that was the question."""
        if tracker.get_slot("requested_slot") != "delivery_house_number":
            return {}
        number = house_number(said(tracker))
        return {"delivery_house_number": number} if number else {}

    def validate_delivery_postcode(self, value: Any, *_: Any) -> dict[str, Any]:
        """One postcode, the last that was given."""
        return {"delivery_postcode": last(value)}

    def validate_delivery_house_number(self, value: Any, *_: Any) -> dict[str, Any]:
        """One house number, the last that was given."""
        return {"delivery_house_number": last(value)}

    def validate_order_change_confirmed(self, value: Any, *_: Any) -> dict[str, Any]:
        """Yes or no, as it was read."""
        return {"order_change_confirmed": value}


class ActionChangeOrder(CarefulAction):
    """Has an order delivered elsewhere; any other change is a person's work."""

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "action_change_order"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Change the verified order, or pass the wish on."""
        order = await verified_order(tracker)
        if order is None:
            return await hand_over_unfinished(dispatcher, tracker)
        if tracker.get_slot("order_change") == "address":
            events = await self._deliver_elsewhere(dispatcher, tracker, order)
        elif tracker.get_slot("change_wish"):
            events = await self._pass_on(dispatcher, tracker)
        else:
            return await hand_over_unfinished(dispatcher, tracker)
        return [*events, *(SlotSet(slot, None) for slot in _CHANGE_SLOTS)]

    async def _deliver_elsewhere(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, order: Order
    ) -> list[Event]:
        postcode, number, confirmed = (tracker.get_slot(slot) for slot in _NEW_ADDRESS)
        if confirmed is None or not postcode or not number:
            return await hand_over_unfinished(dispatcher, tracker)
        if not confirmed:
            dispatcher.utter_message(response="utter_order_not_changed")
            return []
        try:
            await back_office().change_delivery_address(order, postcode, number)
        except NeedsAPersonError:
            return await self._pass_on(dispatcher, tracker)
        dispatcher.utter_message(
            response="utter_order_address_changed",
            order_number=order.number,
            delivery_postcode=postcode,
            delivery_house_number=number,
        )
        return []

    async def _pass_on(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[Event]:
        return await hand_over(
            dispatcher, tracker, "decision_needs_a_person", "utter_ticket_opened_order_change"
        )
