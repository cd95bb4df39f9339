"""Cancelling a subscription, and when it ends."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import NOTHING
from actions.careful import CarefulAction, Event
from actions.clients.back_office import back_office
from actions.clients.back_office.records import NeedsAPersonError, Subscription
from actions.dates import in_words_with_year
from actions.handover import hand_over
from actions.self_service import AskingAction, SelfServiceForm, emptied, latest_entity
from actions.verification import locked, verified_customer
from actions.verified_form import gave_up, hand_over_unfinished

_ALL = re.compile(r"\b(?:allebei|alletwee|alle|alles|allemaal|beide)\b", re.IGNORECASE)
# So many letters tell two kinds of subscription apart.
_SAME_BEGINNING = 6
_BY_A_PERSON = "utter_ticket_opened_cancellation"
_CANCELLING = ("subscription", "cancellation_confirmed", "subscription_wish")


class ValidateContractForm(SelfServiceForm):
    """Validation of the form that asks whose subscriptions to show."""

    own_intents = frozenset({"contract_end_date"})

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "validate_contract_form"


class ActionShowContract(CarefulAction):
    """Tells until when each subscription of the customer runs."""

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "action_show_contract"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Say the end of each subscription, and what can be done about it."""
        customer = verified_customer(tracker)
        if not customer:
            return await hand_over_unfinished(dispatcher, tracker)
        own = await back_office().subscriptions_of(customer)
        for each in own:
            dispatcher.utter_message(
                response="utter_contract_cancelled" if each.cancelled else "utter_contract_running",
                subscription_name=each.description,
                ends=in_words_with_year(each.ends),
            )
        if not own:
            dispatcher.utter_message(response="utter_no_subscription_found")
        elif not all(each.cancelled for each in own):
            dispatcher.utter_message(response="utter_contract_next")
        return []


class ValidateCancelSubscriptionForm(SelfServiceForm):
    """Validation of the form that cancels: which subscription, and one question to be sure. No reason is asked."""

    own_intents = frozenset({"cancel_subscription"})
    yes_or_no_slots = frozenset({"cancellation_confirmed"})

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "validate_cancel_subscription_form"

    async def required_slots(
        self,
        domain_slots: list[str],
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: dict[str, Any],
    ) -> list[str]:
        """The slots that are still worth asking for: nothing to cancel is nothing to confirm."""
        slots = await super().required_slots(domain_slots, dispatcher, tracker, domain)
        if tracker.get_slot("subscription") == NOTHING:
            return [slot for slot in slots if slot != "cancellation_confirmed"]
        return slots

    async def extract_subscription(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> dict[str, Any]:
        """The numbers of what is to be cancelled, separated by commas; the only one that runs is not asked for."""
        customer, known = verified_customer(tracker), tracker.get_slot("subscription")
        if not customer:
            return {}
        running = await _running(customer)
        if known is None and len(running) <= 1:
            return {"subscription": running[0].number if running else NOTHING}
        chosen = self._named(tracker, running)
        return {"subscription": chosen} if chosen else {}

    def _named(self, tracker: Tracker, running: list[Subscription]) -> str | None:
        """What the customer named, by button or in words.

        What the first message said counts until another one is named: who wrote "ik wil de koffiebox opzeggen" is not
        asked which one.
        """
        button = latest_entity(tracker, "subscription")
        if button:
            return button if button in [each.number for each in running] else None
        text = self.answer_of(tracker)
        chosen = [each for each in running if _mentions(text, each)]
        if not chosen and tracker.get_slot("subscription") is None:
            wish = str(tracker.get_slot("subscription_wish") or "")
            chosen = [each for each in running if _mentions(wish, each)]
            if not chosen and _ALL.search(text):
                chosen = running
        return ",".join(each.number for each in chosen) or None

    def validate_subscription(self, value: Any, *_: Any) -> dict[str, Any]:
        """What `extract_subscription` found is the customer's own."""
        return {"subscription": value}

    def validate_cancellation_confirmed(self, value: Any, *_: Any) -> dict[str, Any]:
        """Yes or no."""
        return {"cancellation_confirmed": value}


class ActionAskSubscription(AskingAction):
    """Asks which subscription, with a button for each."""

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "action_ask_subscription"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Offer what runs."""
        buttons = [
            {"title": each.description.capitalize(), "payload": f'/inform{{"subscription": "{each.number}"}}'}
            for each in await _running(verified_customer(tracker) or "")
        ]
        dispatcher.utter_message(response="utter_which_subscription", buttons=buttons)
        return []


class ActionAskCancellationConfirmed(AskingAction):
    """Names what will end, and when. One neutral question: it is no attempt to keep the customer."""

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "action_ask_cancellation_confirmed"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Name each chosen subscription with its last day, then ask."""
        chosen = await _chosen(tracker)
        for each in chosen[:-1]:
            dispatcher.utter_message(
                response="utter_cancellation_also",
                subscription_name=each.description,
                ends=in_words_with_year(each.ends),
            )
        for each in chosen[-1:]:
            dispatcher.utter_message(
                response="utter_confirm_cancellation",
                subscription_name=each.description,
                ends=in_words_with_year(each.ends),
            )
        return []


class ActionCancelSubscription(CarefulAction):
    """Cancels what the customer chose and confirmed."""

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "action_cancel_subscription"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Cancel and say the last day. What cannot be cancelled here a person cancels: cancelling is never refused."""
        return [*await self._cancel(dispatcher, tracker), *emptied(*_CANCELLING)]

    async def _cancel(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[Event]:
        customer, confirmed = verified_customer(tracker), tracker.get_slot("cancellation_confirmed")
        choice = tracker.get_slot("subscription")
        if not customer and not locked(tracker) and gave_up(tracker):
            # No number at hand must not keep anybody from cancelling.
            return await hand_over(dispatcher, tracker, "not_understood", _BY_A_PERSON)
        if not customer or choice is None or (choice != NOTHING and confirmed is None):
            return await hand_over_unfinished(dispatcher, tracker)
        if choice == NOTHING:
            return await self._nothing_runs(dispatcher, tracker, customer)
        if confirmed is False:
            dispatcher.utter_message(response="utter_nothing_cancelled")
            return []
        try:
            ended = [
                await back_office().cancel_subscription(customer, each.number)
                for each in await _chosen(tracker)
            ]
        except NeedsAPersonError:
            return await hand_over(dispatcher, tracker, "decision_needs_a_person", _BY_A_PERSON)
        if not ended:
            return await self._nothing_runs(dispatcher, tracker, customer)
        for each in ended:
            dispatcher.utter_message(
                response="utter_subscription_cancelled",
                subscription_name=each.description,
                ends=in_words_with_year(each.ends),
            )
        return []

    async def _nothing_runs(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, customer: str
    ) -> list[Event]:
        cancelled = await back_office().subscriptions_of(customer)
        for each in cancelled:
            dispatcher.utter_message(
                response="utter_subscription_already_cancelled",
                subscription_name=each.description,
                ends=in_words_with_year(each.ends),
            )
        if cancelled:
            return []
        return await hand_over(dispatcher, tracker, "decision_needs_a_person", _BY_A_PERSON)


async def _running(customer: str) -> list[Subscription]:
    return [each for each in await back_office().subscriptions_of(customer) if not each.cancelled]


async def _chosen(tracker: Tracker) -> list[Subscription]:
    """The running subscriptions of the customer that were chosen; never somebody else's."""
    customer, choice = verified_customer(tracker), str(tracker.get_slot("subscription") or "")
    own = await _running(customer) if customer else []
    return [each for each in own if each.number in choice.split(",")]


def _mentions(text: str, subscription: Subscription) -> bool:
    """Whether a text holds the number, or a word that begins as the description does: "koffieabonnement", a koffiebox."""
    lowered, name = text.lower(), subscription.description.lower()
    beginning = re.escape(name[:_SAME_BEGINNING])
    return subscription.number.lower() in lowered or re.search(rf"\b{beginning}", lowered) is not None
