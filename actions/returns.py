"""Sending something back, and the money for it."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import own_words
from actions.careful import CarefulAction, Event
from actions.clients.back_office import back_office
from actions.clients.back_office.records import NeedsAPersonError
from actions.dates import in_words
from actions.handover import hand_over
from actions.money import euros
from actions.verification import verified_order
from actions.verified_form import VerifiedForm, hand_over_unfinished

_A_PERSON_DECIDES = "decision_needs_a_person"


class ValidateReturnForm(VerifiedForm):
    """Validation of the return form."""

    own_intents = frozenset({"return_item"})

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "validate_return_form"

    def validate_return_reason(self, value: Any, _: Any, tracker: Tracker, *__: Any) -> dict[str, Any]:
        """Any reason is a good reason: the law asks for none."""
        return {"return_reason": own_words(tracker, value)}


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
            response = "utter_ticket_opened_return_needs_a_person"
            events = await hand_over(dispatcher, tracker, _A_PERSON_DECIDES, response)
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


class ValidateRefundStatusForm(VerifiedForm):
    """Validation of the form that asks for which order the customer waits for money."""

    own_intents = frozenset({"refund_status"})

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "validate_refund_status_form"


class ActionShowRefundStatus(CarefulAction):
    """Tells how far a refund is. Promises no day: no system knows it."""

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "action_show_refund_status"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Say what the system has; a refund that it does not know is looked into by a person."""
        order = await verified_order(tracker)
        if order is None:
            return await hand_over_unfinished(dispatcher, tracker)
        refund = await back_office().refund_of(order)
        if refund is None:
            response = "utter_ticket_opened_refund_unknown"
            return await hand_over(dispatcher, tracker, _A_PERSON_DECIDES, response)
        paid = refund.status == "paid" and refund.paid is None
        dispatcher.utter_message(
            response="utter_refund_paid_no_day" if paid else f"utter_refund_{refund.status}",
            order_number=order.number,
            amount=euros(refund.cents),
            paid=in_words(refund.paid) if refund.paid else "",
        )
        return []
