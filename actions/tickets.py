"""The status of a ticket."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.careful import CarefulAction, Event
from actions.clients import desk


class ActionTicketStatus(CarefulAction):
    """Tells how it stands with a ticket of this conversation; says nothing about anybody else's."""

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "action_ticket_status"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Answer for the ticket that was named, else for the newest one."""
        named = next(tracker.get_latest_entity_values("ticket_number"), None)
        own = await desk.tickets_of(tracker.sender_id)
        ticket = next((ticket for ticket in own if named in (None, ticket.number)), None)
        if ticket is not None:
            dispatcher.utter_message(
                response=f"utter_ticket_status_{ticket.state}",
                ticket_number=ticket.number,
                next_step=ticket.next_step,
                employee=ticket.employee or "",
            )
        elif named is not None:
            # Also when the number does not exist: the difference would tell a stranger which numbers do.
            dispatcher.utter_message(response="utter_ticket_status_elsewhere", ticket_number=named)
        else:
            dispatcher.utter_message(response="utter_ticket_status_none")
        return []
