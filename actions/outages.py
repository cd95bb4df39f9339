"""Whether there is an outage where the customer lives."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.careful import CarefulAction, Event
from actions.clients.back_office import back_office
from actions.handover import hand_over
from actions.verification import last
from actions.verified_form import CarefulForm


class ValidateOutageForm(CarefulForm):
    """Validation of the form that asks where the outage is. A postcode alone is no personal data, so no proof is asked."""

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "validate_outage_form"

    def validate_postcode(self, value: Any, *_: Any) -> dict[str, Any]:
        """One postcode, the last that was given."""
        return {"postcode": last(value)}


class ActionShowOutage(CarefulAction):
    """Tells what is known about an outage in the area of the postcode."""

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "action_show_outage"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Say what is out of order and until when, if the network's owner said so; else offer other help."""
        postcode = last(tracker.get_slot("postcode"))
        if not postcode:
            return await hand_over(
                dispatcher, tracker, "not_understood", "utter_ticket_opened_not_understood"
            )
        outage = await back_office().outage_at(postcode)
        if outage is None:
            dispatcher.utter_message(response="utter_no_outage_known", area=postcode)
        elif outage.expected_end:
            dispatcher.utter_message(
                response="utter_outage_with_end",
                area=postcode,
                service=outage.description,
                expected_end=outage.expected_end,
            )
        else:
            dispatcher.utter_message(
                response="utter_outage_without_end", area=postcode, service=outage.description
            )
        return []
