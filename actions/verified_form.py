"""What forms share: proving who the customer is, once, and never asking for ever."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from typing import Any, ClassVar

from rasa_sdk import FormValidationAction, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import confirmation, given, said
from actions.careful import Event
from actions.clients.back_office.records import BackOfficeError
from actions.conversation import latest_intent
from actions.handover import hand_over
from actions.verification import (
    IDENTITY,
    known_customer,
    last,
    locked,
    verify,
)

logger = logging.getLogger(__name__)

# R5: two turns in a row that do not answer the question lead to a person.
MAX_SLOT_FAILURES = 2
# A message with one of these intents, without the value that was asked for, is a failed try. Any other intent is a
# question of its own: the form steps aside for it.
_FAILED_TRY_INTENTS = {"nlu_fallback", "inform", "out_of_scope", "affirm", "deny", "greet", "thank"}
END_OF_FORM = SlotSet("requested_slot", None)


class UnfinishedFormError(Exception):
    """A form ended without its details although the customer did nothing wrong: a system gave no answer."""


class CarefulForm(FormValidationAction, ABC):
    """Validation for a form that ends, and so reaches a person, when asking again would not help the customer.

    A subclass gives the name and `validate_<slot>` methods. The form's submit action finds its slots empty then and hands
    over (`hand_over_unfinished`). A slot that is asked needs a response `utter_<slot>_not_recognised`; a slot that holds a
    number may have `utter_<slot>_needed` as well, for a message without any digit: what the number is for, and how to do
    without.

    What an earlier, unfinished visit to the form left behind is emptied when it starts again, except slots that can be
    filled outside the form.

    Attributes:
        own_intents: the intents whose rules start this form. Repeated halfway ("ja maar waar is mijn pakket dan?") they are
            no new question: Rasa would step aside and find nothing to say. The intent that started it is known without.
        yes_or_no_slots: slots that hold the answer to a confirming question.
    """

    own_intents: ClassVar[frozenset[str]] = frozenset()
    yes_or_no_slots: ClassVar[frozenset[str]] = frozenset()

    @abstractmethod
    def name(self) -> str:
        """The action's name in `domain.yml`."""

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Validate what the message filled in, and count a message that was no answer."""
        starting = self._is_starting(tracker)
        if not starting and self._steps_aside(tracker, domain):
            # Not a single slot may be set here, or the form would keep the message: "ik wil een mens" among them.
            event = await self.next_requested_slot(dispatcher, tracker, domain)
            return [event] if event else []
        left_over = self._forget_earlier_visit(tracker, domain) if starting else []
        requested = None if starting else tracker.get_slot("requested_slot")
        events = [*left_over, *await super().run(dispatcher, tracker, domain)]
        if requested and self._brought_something(tracker, domain, events):
            # Another detail than the one that was asked for is no failed try.
            return [*events, SlotSet("slot_failures", 0)]
        return [*events, *self._count_failed_try(dispatcher, tracker, domain, requested)]

    async def get_extraction_events(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Also read yes and no by their words where the message was classified otherwise: "ja, annuleer maar"."""
        events = await super().get_extraction_events(dispatcher, tracker, domain)
        asked = tracker.get_slot("requested_slot")
        if asked not in self.yes_or_no_slots or latest_intent(tracker) not in self._answering_intents(
            tracker
        ):
            return events
        classified = tracker.get_slot(asked)
        answer = confirmation(tracker, classified)
        return events if answer == classified else [*events, SlotSet(asked, answer)]

    def _answering_intents(self, tracker: Tracker) -> set[str]:
        return _FAILED_TRY_INTENTS | self.own_intents | self._started_by(tracker)

    def _steps_aside(self, tracker: Tracker, domain: dict[str, Any]) -> bool:
        form = domain.get("forms", {}).get(self.form_name()) or {}
        return latest_intent(tracker) in form.get("ignored_intents", [])

    def _is_starting(self, tracker: Tracker) -> bool:
        """Whether the latest message made the form begin."""
        for event in reversed(tracker.events):
            if event.get("event") == "user":
                return False
            if event.get("event") == "active_loop" and event.get("name") == self.form_name():
                return True
        return False

    def _started_by(self, tracker: Tracker) -> set[str]:
        """The intent of the message that made the form begin."""
        started = False
        for event in reversed(tracker.events):
            started = started or (
                event.get("event") == "active_loop" and event.get("name") == self.form_name()
            )
            if started and event.get("event") == "user":
                return {((event.get("parse_data") or {}).get("intent") or {}).get("name") or ""}
        return set()

    def _forget_earlier_visit(self, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        """Empty the slots that only this form fills and that the latest message does not."""
        defined = domain.get("slots", {})
        names = {
            slot
            for slot in self.domain_slots(domain)
            if slot in defined
            and self._is_mapped_to_form(defined[slot])
            and tracker.get_slot(slot) is not None
            and not given(tracker) & {mapping.get("entity") for mapping in defined[slot]["mappings"]}
        }
        tracker.slots.update(dict.fromkeys(names))
        # Rasa offers them as values to validate.
        tracker.events = [
            event
            for event in tracker.events
            if event.get("event") != "slot" or event.get("name") not in names
        ]
        return [SlotSet(name, None) for name in sorted(names)]

    def _brought_something(self, tracker: Tracker, domain: dict[str, Any], events: list[Event]) -> bool:
        """Whether the latest message filled in a slot, or held a detail by which the customer can be known."""
        filled = any(event["name"] != "requested_slot" and event["value"] is not None for event in events)
        return filled or any(tracker.get_slot(name) for name in given(tracker) & set(IDENTITY))

    def _count_failed_try(
        self,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: dict[str, Any],
        requested: str | None,
    ) -> list[Event]:
        """Events that count a message which did not answer the question; none when nothing was asked."""
        if not requested or tracker.get_slot(requested) is not None:
            return [SlotSet("slot_failures", 0)]
        intent = latest_intent(tracker)
        if intent not in self._answering_intents(tracker):
            return []
        failures = int(tracker.get_slot("slot_failures") or 0) + 1
        events = [SlotSet(requested, None), SlotSet("slot_failures", failures)]
        if failures >= MAX_SLOT_FAILURES:
            return [*events, END_OF_FORM]
        if intent == "thank":
            dispatcher.utter_message(response="utter_thank_halfway")
        elif intent in _FAILED_TRY_INTENTS:
            needed = f"utter_{requested}_needed"
            tells_why = needed in domain["responses"] and not any(map(str.isdigit, said(tracker)))
            dispatcher.utter_message(response=needed if tells_why else f"utter_{requested}_not_recognised")
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
        further = [slot for slot in domain_slots if slot not in IDENTITY]
        order = ["order_number"] if "order_number" in domain_slots else []
        if known_customer(tracker):
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
        if not self._is_starting(tracker) and self._steps_aside(tracker, domain):
            return await super().run(dispatcher, tracker, domain)
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


def intents_that_begin_a_form() -> set[str]:
    """The intents that begin a form which asks who the customer is, of all such forms that are loaded."""
    waiting, found = [VerifiedForm], set[str]()
    while waiting:
        form = waiting.pop()
        found |= form.own_intents
        waiting += form.__subclasses__()
    return found


def gave_up(tracker: Tracker) -> bool:
    """Whether a form ended because the customer could not answer its question."""
    return int(tracker.get_slot("slot_failures") or 0) >= MAX_SLOT_FAILURES


async def hand_over_unfinished(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[Event]:
    """Hand over a form that ended without its details because the customer could not give them.

    Raises:
        DeskError: there is no ticket.
        UnfinishedFormError: a system gave no answer. The rule's static answer says so then, and the desk opens the ticket.
    """
    if locked(tracker):
        reason = "verification_failed"
    elif gave_up(tracker):
        reason = "not_understood"
    else:
        raise UnfinishedFormError
    return await hand_over(dispatcher, tracker, reason, f"utter_ticket_opened_{reason}")
