"""Changing the address of a customer."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import house_number, said
from actions.careful import CarefulAction, Event
from actions.clients.back_office import back_office
from actions.clients.back_office.records import NeedsAPersonError
from actions.conversation import latest_intent
from actions.handover import hand_over
from actions.self_service import SelfServiceForm, emptied, latest_entity
from actions.verification import known_customer, last, verified_customer
from actions.verified_form import hand_over_unfinished

_NEW_ADDRESS = ("new_postcode", "new_house_number", "address_confirmed")
_STARTS = frozenset({"change_address", "moving_house"})
_NUMBERS = ("customer_number", "order_number")
# Where more is said than the number, the word for it must be there.
_NAMED = re.compile(
    r"\b(?:huis\s?)?(?:nummer|nr\.?)\s*(?:is|:|wordt)?\s*(\d{1,5}(?:\s?-?(?:bis|hs|[a-z])(?!\w)|[\-/]\d{1,4})?)",
    re.IGNORECASE,
)


class ValidateAddressForm(SelfServiceForm):
    """Validation of the form for a new address.

    The proof is the postcode that we know, and an entity `postcode` may be either. A postcode is the new one when the new
    address is being asked, or in the message that says that the address changes. All else is proof.
    """

    own_intents = frozenset({"change_address"})
    yes_or_no_slots = frozenset({"address_confirmed"})

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "validate_address_form"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Keep a new postcode from being taken for proof, then validate."""
        if known_customer(tracker) or not self._new_postcode(tracker):
            return await super().run(dispatcher, tracker, domain)
        given = list(tracker.get_latest_entity_values("postcode"))
        # Of "van 3511 AB naar 1012 WX" the first is where the customer lived.
        proof = SlotSet("postcode", given[0] if len(given) > 1 else None)
        tracker.add_slots([proof])
        return [proof, *await super().run(dispatcher, tracker, domain)]

    def extract_new_postcode(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> dict[str, Any]:
        """The postcode of the new address, also as a correction."""
        postcode = self._new_postcode(tracker)
        return {"new_postcode": postcode} if postcode else {}

    def extract_new_house_number(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> dict[str, Any]:
        """The house number of the new address, also as a correction."""
        number = self._new_house_number(tracker)
        return {"new_house_number": number} if number else {}

    def validate_new_postcode(self, value: Any, *_: Any) -> dict[str, Any]:
        """Any postcode: the back office decides whether it exists."""
        return {"new_postcode": last(value)}

    def validate_new_house_number(self, value: Any, *_: Any) -> dict[str, Any]:
        """Any house number."""
        return {"new_house_number": last(value)}

    def validate_address_confirmed(self, value: Any, *_: Any) -> dict[str, Any]:
        """Yes or no."""
        return {"address_confirmed": value}

    def _asks_new_address(self, tracker: Tracker) -> bool:
        return not self._is_starting(tracker) and tracker.get_slot("requested_slot") in _NEW_ADDRESS

    def _new_postcode(self, tracker: Tracker) -> str | None:
        """The postcode of the new address, when the latest message holds it."""
        given = list(tracker.get_latest_entity_values("postcode"))
        if not given or self._asks_new_address(tracker):
            return str(given[-1]) if given else None
        with_a_number = any(latest_entity(tracker, entity) for entity in _NUMBERS)
        # With a number next to it, one postcode is proof.
        is_new = latest_intent(tracker) in _STARTS and (len(given) > 1 or not with_a_number)
        return str(given[-1]) if is_new else None

    def _new_house_number(self, tracker: Tracker) -> str | None:
        """The house number of the new address, when the latest message holds it."""
        found = latest_entity(tracker, "house_number")
        if not self._asks_new_address(tracker):
            return found if found and self._new_postcode(tracker) else None
        if found:
            return found
        text = said(tracker)
        if tracker.get_slot("requested_slot") == "new_house_number" and (bare := house_number(text)):
            return bare
        match = _NAMED.search(text)
        return house_number(match[1]) if match else None


class ActionChangeAddress(CarefulAction):
    """Changes the address in the back office."""

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "action_change_address"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Change the address once the customer confirmed it; an address that the system does not know goes to a person."""
        customer, confirmed = verified_customer(tracker), tracker.get_slot("address_confirmed")
        postcode, number = tracker.get_slot("new_postcode"), tracker.get_slot("new_house_number")
        events: list[Event] = []
        if customer and confirmed is False:
            dispatcher.utter_message(response="utter_address_unchanged")
        elif not (customer and confirmed and postcode and number):
            events = await hand_over_unfinished(dispatcher, tracker)
        else:
            try:
                await back_office().change_address(customer, postcode, number)
            except NeedsAPersonError:
                events = await hand_over(
                    dispatcher, tracker, "decision_needs_a_person", "utter_ticket_opened_address"
                )
            else:
                dispatcher.utter_message(
                    response="utter_address_changed", postcode=postcode, house_number=number
                )
        return [*events, *emptied(*_NEW_ADDRESS)]
