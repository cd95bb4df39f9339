"""After a ticket was opened: the offer to add how the customer can be reached and what it is about; all can be skipped."""

from __future__ import annotations

import logging
import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import said, yes_or_no
from actions.careful import CarefulAction, Event
from actions.clients import desk
from actions.contact_questions import DECLINING, LEAVING, QUESTIONS, TIME_WAS_GONE, ways_to_reach
from actions.conversation import intents, latest_intent
from actions.verified_form import CarefulForm

logger = logging.getLogger(__name__)

SKIPPED = "skipped"
GIVEN = "given"
_MAX_TRIES = 2
_LONGEST_DESCRIPTION = 1000
# So many words at the question for a phone number are no attempt at one: the customer tells what it is about.
_WORDS_OF_A_SENTENCE = 4
# Not how to reach the customer, but what the ticket is about.
_NUMBERS_OF_THE_QUESTION = {"order_number", "customer_number", "invoice_number", "postcode", "ticket_number"}
_NUMBER_OR_ADDRESS = re.compile(r"@|\d(?:\D?\d){4}")
_SLOT_ID = re.compile(r"\d{8}T\d{4}Z")


class ValidateContactForm(CarefulForm):
    """Reads the answers. What is neither an answer nor a refusal is taken for what the ticket is about: no word is lost."""

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "validate_contact_form"

    async def required_slots(
        self,
        domain_slots: list[str],
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: dict[str, Any],
    ) -> list[str]:
        """What this ticket lacks. Who gave an e-mail address instead of a phone number is not asked when to be called."""
        questions = tracker.get_slot(QUESTIONS) or []
        unreachable = tracker.get_slot("callback_phone") and not tracker.get_slot("contact_phone")
        return [slot for slot in questions if not (slot == "callback_slot" and unreachable)]

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Take what the customer answered, and say what to ask next."""
        events: list[Event] = []
        if self._is_starting(tracker):
            # Where only the time is asked again, the other answers stay.
            events = [] if tracker.get_slot(TIME_WAS_GONE) else self._forget_earlier_visit(tracker, domain)
        elif not self._steps_aside(tracker, domain):
            events = self._take(dispatcher, tracker)
        tracker.add_slots(events)
        following = await self.next_requested_slot(dispatcher, tracker, domain)
        return [*events, *([following] if following else [])]

    def _take(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[Event]:
        """Events for the answer to the question that was asked."""
        asked = str(tracker.get_slot("requested_slot") or "")
        intent = latest_intent(tracker)
        if intent in LEAVING:
            return [SlotSet(slot, SKIPPED) for slot in _open_questions(tracker)]
        if asked in ("contact_detail", "callback_phone"):
            return self._take_contact(dispatcher, tracker, asked)
        chosen = next(tracker.get_latest_entity_values("callback_slot"), None)
        if asked == "callback_slot" and chosen:
            return [SlotSet(asked, chosen)]
        text = said(tracker)
        if _declines(tracker):
            return [SlotSet(asked, SKIPPED)]
        if not text or (intent == "affirm" and len(text.split()) < _WORDS_OF_A_SENTENCE):
            return _again(tracker, asked)
        return [SlotSet(asked, text[:_LONGEST_DESCRIPTION]), SlotSet("slot_failures", 0)]

    def _take_contact(self, dispatcher: CollectingDispatcher, tracker: Tracker, asked: str) -> list[Event]:
        text, entities = said(tracker), tracker.latest_message.get("entities") or []
        found = [str(each["value"]) for each in entities if each.get("entity") in ("phone", "email")]
        about = _about(text) if "question_description" in _open_questions(tracker) else []
        if found:
            return [SlotSet(asked, GIVEN), *about, SlotSet("slot_failures", 0)]
        if _declines(tracker):
            return [SlotSet(asked, SKIPPED), SlotSet("slot_failures", 0)]
        if any(each.get("entity") in _NUMBERS_OF_THE_QUESTION for each in entities):
            # The desk has the message; a number alone does not tell what it is about.
            dispatcher.utter_message(response="utter_noted_with_ticket")
            return [*about, *_again(tracker, asked)]
        if _NUMBER_OR_ADDRESS.search(text):
            dispatcher.utter_message(response="utter_contact_detail_not_recognised")
            return _again(tracker, asked)
        if not about and len(text.split()) >= _WORDS_OF_A_SENTENCE:
            earlier = tracker.get_slot("question_description")
            about = [SlotSet("question_description", _joined(earlier, text))]
        accepts = latest_intent(tracker) == "affirm"
        # "Ja graag" is no failed try, the first time.
        is_welcome = accepts and intents(tracker)[-2:-1] != ["affirm"]
        again = [SlotSet(asked, None)] if is_welcome else _again(tracker, asked)
        if SlotSet(asked, None) in again and any(map(str.isalpha, text)):
            dispatcher.utter_message(
                response="utter_contact_detail_welcome" if accepts else "utter_noted_with_ticket"
            )
        return [*about, *again]


def _again(tracker: Tracker, asked: str) -> list[Event]:
    """Events for a message that did not answer the question: it is asked once more, and then skipped."""
    tries = int(tracker.get_slot("slot_failures") or 0) + 1
    if tries >= _MAX_TRIES:
        return [SlotSet(asked, SKIPPED), SlotSet("slot_failures", 0)]
    return [SlotSet(asked, None), SlotSet("slot_failures", tries)]


def _open_questions(tracker: Tracker) -> list[str]:
    asked = tracker.get_slot("requested_slot")
    questions = tracker.get_slot(QUESTIONS) or []
    return [slot for slot in questions if slot == asked or tracker.get_slot(slot) is None]


def _declines(tracker: Tracker) -> bool:
    return latest_intent(tracker) in DECLINING or yes_or_no(said(tracker)) is False


def _about(text: str) -> list[Event]:
    """The description in a message that also holds, or should hold, a phone number or e-mail address."""
    if len(text.split()) < 2 * _WORDS_OF_A_SENTENCE:
        return []
    return [SlotSet("question_description", text[:_LONGEST_DESCRIPTION])]


def _joined(earlier: Any, text: str) -> str:
    known = earlier if earlier and earlier != SKIPPED else ""
    return f"{known} {text}".strip()[:_LONGEST_DESCRIPTION]


class ActionAskCallbackSlot(Action):
    """Asks when the customer wants to be called, with the desk's next blocks of time as buttons."""

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "action_ask_callback_slot"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Ask. Without the desk's blocks the customer says a time in their own words."""
        try:
            slots = await desk.callback_slots()
        except desk.DeskError as error:
            logger.error("the times to be called are not known: %s", error)
            slots = []
        buttons = [
            {"title": label, "payload": f'/inform{{"callback_slot": "{name}"}}'} for name, label in slots
        ]
        skip = {"title": "Maakt niet uit", "payload": "/deny"}
        dispatcher.utter_message(response="utter_ask_callback_slot", buttons=[*buttons, skip])
        return []


class ActionAddTicketDetails(CarefulAction):
    """Puts what the customer added on the ticket, and confirms it."""

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "action_add_ticket_details"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Send it to the desk. Raises `DeskError`: nothing was said then, and the message is with the employee anyway.

        Nobody holds a time for a customer who is still answering. When it is gone, the rest is stored without it, and the
        question is asked once more.
        """
        number, details = tracker.get_slot("own_ticket"), _details(tracker)
        done = [
            SlotSet(slot, None)
            for slot in (
                QUESTIONS,
                TIME_WAS_GONE,
                "contact_detail",
                "callback_phone",
                "callback_slot",
                "question_description",
            )
        ]
        if not number or not details:
            dispatcher.utter_message(response="utter_ticket_details_none")
            return done
        try:
            ticket = await desk.add_details(number, details)
        except desk.CallbackSlotGoneError:
            return await self._without_the_time(dispatcher, tracker, details, done)
        if ticket.callback and "callback_slot" in details:
            dispatcher.utter_message(
                response="utter_callback_noted", ticket_number=number, callback=ticket.callback
            )
        else:
            dispatcher.utter_message(response="utter_ticket_details_added", ticket_number=number)
        return done

    async def _without_the_time(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, details: dict[str, str], done: list[Event]
    ) -> list[Event]:
        number = str(tracker.get_slot("own_ticket"))
        if rest := {name: value for name, value in details.items() if name != "callback_slot"}:
            await desk.add_details(number, rest)
        if tracker.get_slot(TIME_WAS_GONE):
            dispatcher.utter_message(response="utter_callback_slot_gone_again", ticket_number=number)
            return done
        dispatcher.utter_message(response="utter_callback_slot_gone", ticket_number=number)
        return [
            SlotSet("callback_slot", None),
            SlotSet("slot_failures", 0),
            SlotSet(QUESTIONS, ["callback_slot"]),
            SlotSet(TIME_WAS_GONE, True),
            ActiveLoop("contact_form"),
        ]


def _details(tracker: Tracker) -> dict[str, str]:
    """What the customer gave, as the body of `PATCH /api/tickets/<number>`."""
    slots = {
        name: value
        for name in ("contact_detail", "callback_phone", "callback_slot", "question_description")
        if (value := tracker.get_slot(name)) and value != SKIPPED
    }
    details: dict[str, str] = {}
    if GIVEN in slots.values():
        details |= ways_to_reach(tracker)
        if "callback_phone" in slots and "phone" not in details:
            details["wish"] = "email"
    description, moment = slots.get("question_description", ""), slots.get("callback_slot", "")
    if _SLOT_ID.fullmatch(moment):
        details["callback_slot"] = moment
    elif moment:
        description = f"Graag bellen: {moment} {description}".strip()
    if description:
        details["description"] = description[:_LONGEST_DESCRIPTION]
    return details
