"""The status of a ticket: of one's own in this conversation, and of another one for who knows something that is on it."""

from __future__ import annotations

import logging
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.careful import CarefulAction, Event
from actions.clients import desk
from actions.verification import last, locked, verification_failures
from actions.verified_form import END_OF_FORM, CarefulForm, hand_over_unfinished

logger = logging.getLogger(__name__)

_PROOFS = ("phone", "email", "postcode")


class ActionTicketStatus(CarefulAction):
    """Tells how it stands with a ticket of this conversation; for another ticket it begins the form that asks for proof."""

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "action_ticket_status"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Answer for the ticket that was named, else for the newest one. Raises `DeskError`."""
        named = next(tracker.get_latest_entity_values("ticket_number"), None)
        own = await desk.tickets_of(tracker.sender_id)
        ticket = next((ticket for ticket in own if named in (None, ticket.number)), None)
        if ticket is not None:
            _tell(dispatcher, ticket)
            return []
        if tracker.active_loop_name == "contact_form":
            # That form asks about a ticket on which a person is at work; nobody listens to the answers of another one.
            dispatcher.utter_message(response="utter_ticket_status_elsewhere", ticket_number=named)
            return []
        values = [next(tracker.get_latest_entity_values(kind), None) for kind in _PROOFS]
        return [
            SlotSet("ticket_number", named),
            SlotSet("ticket_proof", next(filter(None, values), None)),
            ActiveLoop("ticket_status_form"),
        ]


class ValidateTicketStatusForm(CarefulForm):
    """Asks the number of a ticket and something that is on it. A wrong one counts as a failed verification (R23)."""

    own_intents = frozenset({"ticket_status"})

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "validate_ticket_status_form"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Check the proof as soon as there is one; then validate as `CarefulForm` does."""
        if not self._is_starting(tracker) and self._steps_aside(tracker, domain):
            return await super().run(dispatcher, tracker, domain)
        if locked(tracker):
            return [END_OF_FORM]
        try:
            is_wrong = _proof(tracker) is not None and await _ticket(tracker) is None
        except desk.DeskError as error:
            logger.error("%s: %s", self.name(), error)
            return [END_OF_FORM]
        if not is_wrong:
            return await super().run(dispatcher, tracker, domain)
        events = [
            SlotSet("ticket_proof", None),
            SlotSet("verification_failures", verification_failures(tracker) + 1),
        ]
        tracker.add_slots(events)
        if locked(tracker):
            return [*events, END_OF_FORM]
        dispatcher.utter_message(response="utter_ticket_proof_not_found")
        return events

    def validate_ticket_number(self, value: Any, *_: Any) -> dict[str, Any]:
        """One number, the last that was given."""
        return {"ticket_number": last(value)}

    def validate_ticket_proof(self, value: Any, *_: Any) -> dict[str, Any]:
        """One proof, the last that was given."""
        return {"ticket_proof": last(value)}


class ActionShowTicketStatus(CarefulAction):
    """Tells how it stands with a ticket of another conversation."""

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "action_show_ticket_status"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Tell it for the right proof; otherwise a person takes over.

        Raises:
            DeskError: the desk gave no answer.
            UnfinishedFormError: the desk gave no answer when the proof was checked.
        """
        ticket = await _ticket(tracker) if _proof(tracker) and not locked(tracker) else None
        done = [SlotSet("ticket_number", None), SlotSet("ticket_proof", None)]
        if ticket is None:
            return [*done, *await hand_over_unfinished(dispatcher, tracker)]
        dispatcher.utter_message(
            response=f"utter_ticket_found_{ticket.state}",
            ticket_number=ticket.number,
            employee=ticket.employee or "",
        )
        return done


def _tell(dispatcher: CollectingDispatcher, ticket: desk.Ticket) -> None:
    dispatcher.utter_message(
        response=f"utter_ticket_status_{ticket.state}",
        ticket_number=ticket.number,
        next_step=ticket.next_step,
        employee=ticket.employee or "",
    )


def _proof(tracker: Tracker) -> tuple[str, str] | None:
    """The number and the proof, when there are both."""
    number, proof = last(tracker.get_slot("ticket_number")), last(tracker.get_slot("ticket_proof"))
    return (str(number), str(proof)) if number and proof else None


async def _ticket(tracker: Tracker) -> desk.Ticket | None:
    """The ticket that the desk gives for the number and the proof. Raises `DeskError`."""
    proof = _proof(tracker)
    return await desk.ticket_for_proof(*proof) if proof else None
