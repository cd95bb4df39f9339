"""Handing a conversation to a person."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import NOTHING
from actions.careful import CarefulAction, Event
from actions.clients import desk
from actions.contact_questions import CALL_BACK, begin, ways_to_reach
from actions.conversation import latest_intent, topic
from actions.verification import known_customer, last

_REQUESTED = "requested"
_NOT_UNDERSTOOD = "not_understood"
# Slots that a sentence sets wherever it is said, and the reason that they give a handover; the first one counts (R13).
_REASON_OF_SLOT = {"vulnerable": "vulnerable", "frustrated": "frustrated"}
_CARRIED_SLOTS = (
    "order_number",
    "customer_number",
    "postcode",
    "return_reason",
    "change_wish",
    "delivery_postcode",
    "delivery_house_number",
    "defect",
    "new_postcode",
    "new_house_number",
    "subscription",
    "visit_day",
    "visit_part",
    "cannot_phone",
)
_CARRIED_ENTITIES = (
    "order_number",
    "invoice_number",
    "customer_number",
    "postcode",
    "house_number",
    "phone",
    "email",
    "date",
    "amount",
)
_CALLBACK_INTENT = "callback_request"
_TRANSCRIPT_LENGTH = 100


class ActionOpenTicket(CarefulAction):
    """Opens a ticket and says its number. Asks nothing before that."""

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "action_open_ticket"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Open the ticket. Reason and words come from `domain.yml`: the property `handover` of the latest intent, and the
        response `utter_ticket_opened_<intent>` or `utter_ticket_opened_<reason>` where there is one."""
        intent = latest_intent(tracker)
        reason = _NOT_UNDERSTOOD if intent == "nlu_fallback" else intent_property(domain, intent, "handover")
        names = [f"utter_ticket_opened_{intent}", f"utter_ticket_opened_{reason}", "utter_ticket_opened"]
        response = next(name for name in names if name in domain["responses"])
        return await hand_over(dispatcher, tracker, reason or _REQUESTED, response)


async def hand_over(
    dispatcher: CollectingDispatcher, tracker: Tracker, reason: str, response: str
) -> list[Event]:
    """Open a ticket at the desk and tell the customer, once the number exists. A new ticket is followed by the offer to add
    how the customer can be reached, in the same turn.

    Args:
        dispatcher: receives the answer.
        tracker: the conversation.
        reason: a reason of docs/contracts.md; a sign that the customer is vulnerable or frustrated goes before `requested`.
        response: a response of `domain.yml` with `{ticket_number}` and `{next_step}`.

    Returns:
        The events that record the handover.

    Raises:
        DeskError: there is no ticket, and nothing was said.
    """
    signs = [sign for slot, sign in _REASON_OF_SLOT.items() if tracker.get_slot(slot)]
    if signs and reason in (_REQUESTED, _NOT_UNDERSTOOD):
        reason = signs[0]
    wish = CALL_BACK if _wants_a_call(tracker) else None
    ticket = await desk.open_ticket(idempotency_key(tracker), _ticket(tracker, reason, wish))
    asks_for_a_call = wish is not None and tracker.get_slot("ticket_wish") != wish
    if asks_for_a_call and not ticket.is_new:
        ticket = await desk.add_details(ticket.number, {"wish": CALL_BACK, **ways_to_reach(tracker)})
    dispatcher.utter_message(response=response, ticket_number=ticket.number, next_step=ticket.next_step)
    events = [SlotSet("own_ticket", ticket.number), SlotSet("slot_failures", 0)]
    if not ticket.is_new and not asks_for_a_call:
        return events
    return [*events, SlotSet("ticket_wish", wish), *begin(tracker, wish)]


def intent_property(domain: dict[str, Any], intent: str, name: str) -> Any:
    """What `domain.yml` says about an intent, for example its `title`; None when it says nothing."""
    rows = [row for row in domain.get("intents", []) if isinstance(row, dict) and intent in row]
    return rows[0][intent].get(name) if rows else None


def _wants_a_call(tracker: Tracker) -> bool:
    return latest_intent(tracker) == _CALLBACK_INTENT


def idempotency_key(tracker: Tracker) -> str:
    """The id of the customer's message: the desk's own when it sent the turn, else Rasa's."""
    latest = tracker.latest_message
    own = (latest.get("metadata") or {}).get("message_id")
    return str(own or f"{tracker.sender_id}:{latest.get('message_id')}")[:128]


def _ticket(tracker: Tracker, reason: str, wish: str | None) -> dict[str, Any]:
    """The body of `POST /api/tickets`: everything that the customer should not have to repeat (R36)."""
    slots = {
        name: value for name in _CARRIED_SLOTS if (value := tracker.get_slot(name)) not in (None, "", NOTHING)
    }
    slots = {name: str(last(value)) for name, value in slots.items()}
    verified = known_customer(tracker)
    return {
        "conversation": tracker.sender_id,
        "reason": reason,
        "channel": (tracker.latest_message.get("metadata") or {}).get("channel") or "rasa",
        "intent": topic(tracker) or latest_intent(tracker) or None,
        "entities": {**slots, **_latest_entities(tracker), **ways_to_reach(tracker)},
        "verified": {"customer_number": verified} if verified else None,
        "wish": wish,
        "transcript": _transcript(tracker),
    }


def _latest_entities(tracker: Tracker) -> dict[str, str]:
    entities = tracker.latest_message.get("entities") or []
    return {
        found["entity"]: str(found["value"]) for found in entities if found.get("entity") in _CARRIED_ENTITIES
    }


def _transcript(tracker: Tracker) -> list[dict[str, str]]:
    """What was said, oldest first. The desk has its own copy for the channels that it runs itself."""
    senders = {"user": "customer", "bot": "assistant"}
    said = [event for event in tracker.events if event.get("event") in senders and event.get("text")]
    return [
        {"sender": senders[event["event"]], "text": event["text"]} for event in said[-_TRANSCRIPT_LENGTH:]
    ]
