"""What forms about a customer's own data share: proving who it is, once, and never asking for ever."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk import FormValidationAction, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.careful import Event
from actions.clients.back_office import back_office
from actions.clients.back_office.records import BackOfficeError, Order
from actions.handover import hand_over, latest_intent

logger = logging.getLogger(__name__)

# R23: five wrong combinations lock the check for the conversation.
MAX_VERIFICATION_FAILURES = 5
# R5: two turns in a row that do not answer the question lead to a person.
MAX_SLOT_FAILURES = 2
# A message with one of these intents, without the value that was asked for, is a failed try. Any other intent is a
# question of its own: the form steps aside for it.
_FAILED_TRY_INTENTS = {"nlu_fallback", "inform", "out_of_scope", "affirm", "deny", "greet", "thank"}
_IDENTITY = ("order_number", "customer_number", "postcode")
END_OF_FORM = SlotSet("requested_slot", None)


class CarefulForm(FormValidationAction, ABC):
    """Validation for a form that ends, and so reaches a person, when asking again would not help the customer.

    A subclass gives the name and `validate_<slot>` methods. The form's submit action finds its slots empty then and hands
    over (`hand_over_unfinished`). A slot that is asked needs a response `utter_<slot>_not_recognised`.
    """

    @abstractmethod
    def name(self) -> str:
        """The action's name in `domain.yml`."""

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Validate what the message filled in, and count a message that was no answer."""
        requested = tracker.get_slot("requested_slot")
        events = await super().run(dispatcher, tracker, domain)
        if any(event["name"] != "requested_slot" and event["value"] is not None for event in events):
            # Another detail than the one that was asked for is no failed try.
            return [*events, SlotSet("slot_failures", 0)]
        return [*events, *self._count_failed_try(dispatcher, tracker, requested)]

    def _count_failed_try(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, requested: str | None
    ) -> list[Event]:
        """Events that count a message which did not answer the question; none when nothing was asked."""
        if not requested or tracker.get_slot(requested) is not None:
            return [SlotSet("slot_failures", 0)]
        if latest_intent(tracker) not in _FAILED_TRY_INTENTS:
            return []
        failures = int(tracker.get_slot("slot_failures") or 0) + 1
        events = [SlotSet(requested, None), SlotSet("slot_failures", failures)]
        if failures >= MAX_SLOT_FAILURES:
            return [*events, END_OF_FORM]
        dispatcher.utter_message(response=f"utter_{requested}_not_recognised")
        return events


class VerifiedForm(CarefulForm, ABC):
    """Validation for a form about a customer's own data. Its slots in `domain.yml` begin with one of

    * `order_number, postcode`: it is about one order, or
    * `customer_number, postcode`: it is about the customer,

    and further slots follow. An order number and a customer number are equally good proof together with the postcode (R23);
    once proved, `verified_customer` holds the customer's number and neither is asked again in this conversation.
    """

    async def required_slots(
        self,
        domain_slots: list[str],
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: dict[str, Any],
    ) -> list[str]:
        """The slots that are still worth asking for, in order."""
        further = [slot for slot in domain_slots if slot not in _IDENTITY]
        order = ["order_number"] if "order_number" in domain_slots else []
        if tracker.get_slot("verified_customer"):
            return [*order, *further]
        if tracker.get_slot("order_number"):
            return ["postcode", *further]
        if tracker.get_slot("customer_number") or not order:
            return ["customer_number", "postcode", *order, *further]
        return ["order_number", "postcode", *further]

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Check who it is as soon as there is enough to check; then validate as `CarefulForm` does."""
        if locked(tracker):
            return [END_OF_FORM]
        about_an_order = "order_number" in self.domain_slots(domain)
        try:
            events = await verify(tracker, about_an_order)
        except BackOfficeError:
            logger.error("%s: the back office gave no answer", self.name())
            return [END_OF_FORM]
        tracker.add_slots(events)
        if locked(tracker):
            # Also what the message filled in goes: the right combination comes too late.
            return [*events, END_OF_FORM]
        if any(event["name"] == "verification_failures" for event in events):
            dispatcher.utter_message(response="utter_identity_not_found")
            return events
        return [*events, *await super().run(dispatcher, tracker, domain)]

    def validate_order_number(self, value: Any, *_: Any) -> dict[str, Any]:
        """One order number; of several in one message the last counts, as in "niet 400123456 maar 400123457"."""
        return {"order_number": last(value)}

    def validate_customer_number(self, value: Any, *_: Any) -> dict[str, Any]:
        """One customer number, the last that was given."""
        return {"customer_number": last(value)}

    def validate_postcode(self, value: Any, *_: Any) -> dict[str, Any]:
        """One postcode, the last that was given."""
        return {"postcode": last(value)}


async def verify(tracker: Tracker, about_an_order: bool) -> list[Event]:
    """Check the numbers that the customer gave.

    Args:
        tracker: the conversation.
        about_an_order: an order must be known as well.

    Returns:
        Events: `verified_customer` when the numbers fit; slots emptied and a failure counted when they do not; nothing when
        there is not enough to check. The only order of a verified customer is filled in.

    Raises:
        BackOfficeError: the back office gave no answer.
    """
    order_number, customer_number, postcode = (last(tracker.get_slot(name)) for name in _IDENTITY)
    known = tracker.get_slot("verified_customer")
    customer = known
    if not customer:
        if not postcode or not (order_number or customer_number):
            return []
        customer = await _owner(order_number, customer_number, postcode)
        if customer is None:
            return _failure(tracker, *_IDENTITY)
    verified = [] if known else [SlotSet("verified_customer", customer)]
    if not about_an_order:
        return verified
    own = [order.number for order in await back_office().orders_of(customer)]
    if order_number and order_number not in own:
        return [*verified, *_failure(tracker, "order_number")]
    return [*verified, *([SlotSet("order_number", own[0])] if not order_number and len(own) == 1 else [])]


async def _owner(order_number: str | None, customer_number: str | None, postcode: str) -> str | None:
    """The number of the customer to whom an order, or else a customer number, belongs together with the postcode."""
    if order_number:
        order = await back_office().find_order(order_number, postcode)
        return order.customer if order else None
    customer = await back_office().find_customer(str(customer_number), postcode)
    return customer.number if customer else None


def _failure(tracker: Tracker, *emptied: str) -> list[Event]:
    empty = [SlotSet(name, None) for name in emptied]
    return [*empty, SlotSet("verification_failures", verification_failures(tracker) + 1)]


def verification_failures(tracker: Tracker) -> int:
    """How many wrong combinations this conversation has seen."""
    return int(tracker.get_slot("verification_failures") or 0)


def locked(tracker: Tracker) -> bool:
    """Whether the check is closed for this conversation."""
    return verification_failures(tracker) >= MAX_VERIFICATION_FAILURES


def verified_customer(tracker: Tracker) -> str | None:
    """The number of the customer who proved to be it, or None."""
    return None if locked(tracker) else tracker.get_slot("verified_customer")


async def verified_order(tracker: Tracker) -> Order | None:
    """The order that was named, if the customer proved that it is theirs. Submit actions check this themselves: a form
    whose validation could not be reached jumps to its submit action.

    Raises:
        BackOfficeError: the back office gave no answer.
    """
    customer, number = verified_customer(tracker), last(tracker.get_slot("order_number"))
    if not customer or not number:
        return None
    return next((order for order in await back_office().orders_of(customer) if order.number == number), None)


async def hand_over_unfinished(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[Event]:
    """Hand over a form that ended without its details. Raises `DeskError`."""
    reason = "verification_failed" if locked(tracker) else "not_understood"
    return await hand_over(dispatcher, tracker, reason, f"utter_ticket_opened_{reason}")


def last(value: Any) -> Any:
    """The last of several values that were given in one message, or the only one."""
    return value[-1] if isinstance(value, list) else value
