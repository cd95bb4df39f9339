"""Short messages that mean something only after what the assistant just said: "ja graag", "wat zegt u?", "400123456"."""

from __future__ import annotations

import itertools
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import given
from actions.careful import CarefulAction, Event
from actions.conversation import (
    intents,
    offers,
    person_was_offered,
    previous_answers,
    previous_buttons,
    response_of,
    was_said,
)
from actions.handover import hand_over
from actions.next_question import taken_up
from actions.verification import IDENTITY
from actions.verified_form import intents_that_begin_a_form

_REPEAT = "repeat"
_GRUMBLES = {"complaint", "frustration"}


class ActionAffirm(CarefulAction):
    """A yes that no form asked for: to the offer of a person, or of one topic, it is a request for that."""

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "action_affirm"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Hand over at once, take up the offer, or ask which one or what the customer means. Raises `DeskError`."""
        if person_was_offered(tracker):
            return await hand_over(dispatcher, tracker, "requested", "utter_ticket_opened")
        if len(offered := offers(tracker)) == 1:
            return taken_up(tracker, offered[0])
        if offered:
            dispatcher.utter_message(response="utter_affirm_choice", buttons=previous_buttons(tracker))
        else:
            dispatcher.utter_message(response="utter_affirm")
        return []


class ActionTakeDetails(CarefulAction):
    """A number or postcode that nobody asked for. It is kept; after the offer of one form it is the beginning of that."""

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "action_take_details"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Begin the form that was offered, or ask what the customer wants to know."""
        forms = [offer for offer in offers(tracker) if offer in intents_that_begin_a_form()]
        # Buttons under "what do you mean?" are the assistant's guess, not the customer's subject.
        guessed = "utter_clarify" in map(response_of, previous_answers(tracker))
        if len(forms) == 1 and given(tracker) & set(IDENTITY) and not guessed:
            return taken_up(tracker, forms[0])
        asked_before = was_said(tracker, "utter_ask_about_details")
        dispatcher.utter_message(
            response="utter_ask_about_more_details" if asked_before else "utter_ask_about_details"
        )
        return []


class ActionRepeat(CarefulAction):
    """Says the last answer again; the second time running offers a person, the third time gets one."""

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "action_repeat"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Repeat, offer or hand over. Raises `DeskError`."""
        asked = len(list(itertools.takewhile(_REPEAT.__eq__, reversed(intents(tracker)))))
        if asked > 2:
            handed = await hand_over(
                dispatcher, tracker, "not_understood", "utter_ticket_opened_not_understood"
            )
            return [ActiveLoop(None), *handed]
        answers = previous_answers(tracker)
        if asked == 2:
            dispatcher.utter_message(response="utter_repeat_offers_person")
        elif not answers:
            dispatcher.utter_message(response="utter_greet")
        elif tracker.active_loop_name:
            # The form asks its question again by itself.
            why = f"utter_{tracker.get_slot('requested_slot')}_needed"
            response = why if why in domain["responses"] else "utter_repeat_question"
            dispatcher.utter_message(response=response)
        else:
            dispatcher.utter_message(
                response="utter_repeat",
                answer=" ".join(answer["text"] for answer in answers),
                buttons=previous_buttons(tracker),
            )
        return []


class ActionSoothe(CarefulAction):
    """Offers a person to a customer who complains or grumbles; the second time running the customer gets one (R5)."""

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "action_soothe"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Offer or hand over. Raises `DeskError`."""
        *_, before, now = "", *intents(tracker)
        if before not in _GRUMBLES:
            dispatcher.utter_message(response=f"utter_{now}")
            return []
        handed = await hand_over(dispatcher, tracker, "frustrated", "utter_ticket_opened_frustrated")
        return [ActiveLoop(None), *handed]
