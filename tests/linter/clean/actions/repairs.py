"""The custom actions of the clean project; the linter reads them and never runs them."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher


class ActionOpenTicket(Action):
    def name(self) -> str:
        return "action_open_ticket"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict) -> list[dict[str, Any]]:
        say_ticket(dispatcher, "utter_ticket_opened")
        return [SlotSet("reply_given", True)]


class CarefulForm(FormValidationAction):
    def again(self, dispatcher: CollectingDispatcher, asked: str) -> None:
        dispatcher.utter_message(response=f"utter_{asked}_not_recognised")


class ValidateRepairForm(CarefulForm):
    def name(self) -> str:
        return "validate_repair_form"


class ActionBookRepair(Action):
    def name(self) -> str:
        return "action_book_repair"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict) -> list[dict[str, Any]]:
        kind = "booked"
        dispatcher.utter_message(response=f"utter_repair_{kind}", day="dinsdag 24 november")
        return [SlotSet("reply_given", True)]


def say_ticket(dispatcher: CollectingDispatcher, response: str) -> None:
    dispatcher.utter_message(response=response, ticket_number="T-100042", next_step="Er komt iemand.")
