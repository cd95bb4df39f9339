"""Making, moving and cancelling an appointment with the service team."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import NOTHING
from actions.careful import CarefulAction, Event
from actions.clients.back_office import back_office
from actions.clients.back_office.records import Appointment, NeedsAPersonError
from actions.conversation import was_said
from actions.handover import hand_over
from actions.self_service import AskingAction, SelfServiceForm, emptied, latest_entity
from actions.verification import verified_customer
from actions.verified_form import hand_over_unfinished
from actions.visits import Visit, in_customer_words, named_day, named_part

# In place of a day: the customer wants no visit any more.
CANCEL = "cancel"
_MOMENT = ("visit_day", "visit_part")
_SLOTS = (*_MOMENT, "visit_confirmed")
_CANCELS = re.compile(
    r"afzeg|afgezeg|afgezegd|annul|cancel|\bzeg\w*\b.{0,40}\baf\b|gaat niet (?:meer )?door", re.IGNORECASE
)
_KEEPS = re.compile(r"\b(?:niet|geen)\W+(?:\w+\W+)?(?:af|annul|cancel)", re.IGNORECASE)


class ValidateAppointmentForm(SelfServiceForm):
    """Validation of the form for an appointment: the day, the part of the day, and one question to be sure."""

    own_intents = frozenset({"book_appointment", "change_appointment"})
    yes_or_no_slots = frozenset({"visit_confirmed"})

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "validate_appointment_form"

    async def required_slots(
        self,
        domain_slots: list[str],
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: dict[str, Any],
    ) -> list[str]:
        """The slots that are still worth asking for: cancelling needs no part of a day."""
        slots = await super().required_slots(domain_slots, dispatcher, tracker, domain)
        day = tracker.get_slot("visit_day")
        needless = {NOTHING: ("visit_part", "visit_confirmed"), CANCEL: ("visit_part",)}.get(str(day), ())
        return [slot for slot in slots if slot not in needless]

    async def extract_visit_day(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> dict[str, Any]:
        """Day and part of the day, as far as the latest message tells; a moment that is not free empties both."""
        customer = verified_customer(tracker)
        if not customer:
            return {}
        free, present = await back_office().free_visits(), await back_office().appointment_of(customer)
        if not free and present is None:
            return {"visit_day": NOTHING}
        read = self._read(tracker, free, present)
        return _fitting({**{slot: tracker.get_slot(slot) for slot in _MOMENT}, **read}, free) if read else {}

    def extract_visit_part(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> dict[str, Any]:
        """Nothing more: `extract_visit_day` reads both."""
        return {}

    def _read(self, tracker: Tracker, free: list[Visit], present: Appointment | None) -> dict[str, str]:
        """What the customer says about the moment; what the message that started the form says, until it was asked."""
        button = {slot: value for slot in _MOMENT if (value := latest_entity(tracker, slot))}
        if button:
            return button
        requested = tracker.get_slot("requested_slot")
        asked = not self._is_starting(tracker) and requested in _SLOTS
        if asked:
            text, dates = self.answer_of(tracker), list(tracker.get_latest_entity_values("date"))
        elif tracker.get_slot("visit_day") or tracker.get_slot("visit_part"):
            return {}
        else:
            text, dates = str(tracker.get_slot("appointment_wish") or ""), []
        if present and _CANCELS.search(text) and not _KEEPS.search(text):
            return {"visit_day": CANCEL}
        if not asked and tracker.get_slot("appointment_task") != "book":
            # "Van woensdag naar vrijdag" names two days, and "mijn afspraak van woensdag" the wrong one.
            return {}
        day, part = named_day(text, dates, free), named_part(text)
        return {**({"visit_day": day.isoformat()} if day else {}), **({"visit_part": part} if part else {})}

    def validate_visit_day(self, value: Any, *_: Any) -> dict[str, Any]:
        """What `extract_visit_day` found is free."""
        return {"visit_day": value}

    def validate_visit_part(self, value: Any, *_: Any) -> dict[str, Any]:
        """What `extract_visit_day` found is free."""
        return {"visit_part": value}

    def validate_visit_confirmed(self, value: Any, *_: Any) -> dict[str, Any]:
        """Yes or no."""
        return {"visit_confirmed": value}


def _fitting(moment: dict[str, str | None], free: list[Visit]) -> dict[str, str | None]:
    """The same moment; empty when it is not free; with the part of the day when only one is free."""
    day, part = moment["visit_day"], moment["visit_part"]
    if day == CANCEL:
        return {"visit_day": CANCEL}
    fitting = [each for each in free if day in (None, each[0].isoformat()) and part in (None, each[1])]
    if not fitting:
        return dict.fromkeys(_MOMENT)
    if len(fitting) == 1 and day:
        part = fitting[0][1]
    return {"visit_day": day, "visit_part": part}


def _wanted(tracker: Tracker) -> Visit | None:
    day, part = (tracker.get_slot(slot) for slot in _MOMENT)
    if not day or not part or day in (NOTHING, CANCEL):
        return None
    return dt.date.fromisoformat(day), part


class ActionAskVisitDay(AskingAction):
    """Asks when, with a button for each free moment; names the present appointment first."""

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "action_ask_visit_day"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Offer the free moments that fit what is known."""
        present = await back_office().appointment_of(verified_customer(tracker) or "")
        part = tracker.get_slot("visit_part")
        buttons = [
            {"title": in_customer_words(each).capitalize(), "payload": _payload(each)}
            for each in await back_office().free_visits()
            if part in (None, each[1])
        ]
        if present:
            cancel = {"title": "Afspraak afzeggen", "payload": f'/inform{{"visit_day": "{CANCEL}"}}'}
            keep = {"title": "Zo laten", "payload": "/stop"}
            visit = in_customer_words((present.day, present.part))
            dispatcher.utter_message(
                response="utter_present_visit", visit=visit, buttons=[*buttons, cancel, keep]
            )
        elif tracker.get_slot("appointment_task") == "change" and not was_said(
            tracker, "utter_no_visit_known"
        ):
            dispatcher.utter_message(response="utter_no_visit_known", buttons=buttons)
        else:
            dispatcher.utter_message(response="utter_which_visit", buttons=buttons)
        return []


def _payload(visit: Visit) -> str:
    return f'/inform{{"visit_day": "{visit[0].isoformat()}", "visit_part": "{visit[1]}"}}'


class ActionAskVisitConfirmed(AskingAction):
    """Says what will be booked, moved or cancelled, and asks whether that is right."""

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "action_ask_visit_confirmed"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Ask once, with all that changes."""
        present, wanted = (
            await back_office().appointment_of(verified_customer(tracker) or ""),
            _wanted(tracker),
        )
        old = in_customer_words((present.day, present.part)) if present else ""
        if wanted is None:
            dispatcher.utter_message(response="utter_confirm_visit_cancelled", visit=old)
        elif present:
            dispatcher.utter_message(
                response="utter_confirm_visit_moved", old_visit=old, visit=in_customer_words(wanted)
            )
        else:
            dispatcher.utter_message(response="utter_confirm_visit", visit=in_customer_words(wanted))
        return []


class ActionBookAppointment(CarefulAction):
    """Books, moves or cancels the visit that the customer confirmed."""

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "action_book_appointment"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Do what was confirmed; when there is no free moment, or not any more, a person plans the visit."""
        events = await self._act(dispatcher, tracker)
        return [*events, *emptied(*_SLOTS, "appointment_task", "appointment_wish")]

    async def _act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[Event]:
        customer, day = verified_customer(tracker), tracker.get_slot("visit_day")
        confirmed, wanted = tracker.get_slot("visit_confirmed"), _wanted(tracker)
        by_a_person = ("decision_needs_a_person", "utter_ticket_opened_appointment")
        if customer and day == NOTHING:
            return await hand_over(dispatcher, tracker, *by_a_person)
        if not customer or confirmed is None or (wanted is None and day != CANCEL):
            return await hand_over_unfinished(dispatcher, tracker)
        if not confirmed:
            dispatcher.utter_message(response="utter_visit_unchanged")
            return []
        try:
            if wanted is None:
                await back_office().cancel_appointment(customer)
                dispatcher.utter_message(response="utter_visit_cancelled")
                return []
            booked = await back_office().book_appointment(customer, *wanted)
        except NeedsAPersonError:
            return await hand_over(dispatcher, tracker, *by_a_person)
        visit = in_customer_words((booked.day, booked.part))
        dispatcher.utter_message(response="utter_visit_booked", visit=visit, appointment=booked.number)
        return []
