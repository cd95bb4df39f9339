"""A copy of an invoice."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.careful import CarefulAction, Event
from actions.clients.back_office import back_office
from actions.handover import hand_over
from actions.self_service import SelfServiceForm, emptied
from actions.verification import last, verified_customer
from actions.verified_form import hand_over_unfinished


class ValidateInvoiceForm(SelfServiceForm):
    """Validation of the form that asks whose invoice it is."""

    own_intents = frozenset({"invoice_copy"})

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "validate_invoice_form"


class ActionSendInvoice(CarefulAction):
    """Lets the back office mail a copy to the address that it knows."""

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "action_send_invoice"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Send the invoice that was named, else the newest. The address is shown masked: who reads along learns nothing."""
        customer = verified_customer(tracker)
        if not customer:
            return await hand_over_unfinished(dispatcher, tracker)
        invoice = last(tracker.get_slot("invoice_number"))
        address = await back_office().send_invoice(customer, invoice)
        events: list[Event] = []
        if address is None:
            events = await hand_over(
                dispatcher, tracker, "decision_needs_a_person", "utter_ticket_opened_invoice_not_found"
            )
        elif invoice:
            dispatcher.utter_message(response="utter_invoice_sent", invoice=invoice, address=address)
        else:
            dispatcher.utter_message(response="utter_newest_invoice_sent", address=address)
        return [*events, *emptied("invoice_number")]
