"""Which order it is about, and where it is."""

from __future__ import annotations

import datetime as dt
import json
import logging
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.careful import CarefulAction, Event
from actions.clients.back_office import back_office
from actions.clients.back_office.records import BackOfficeError, Order
from actions.dates import in_words
from actions.self_service import AskingAction
from actions.verification import verified_customer, verified_order
from actions.verified_form import VerifiedForm, hand_over_unfinished

logger = logging.getLogger(__name__)

# More buttons than this are no help; the number can always be typed.
_MAX_BUTTONS = 5


class ActionAskOrderNumber(AskingAction):
    """Asks for the order number; a verified customer chooses from their own orders."""

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "action_ask_order_number"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Ask with a button per order, newest first, when there are several to choose from. A form may have words of its
        own for the plain question."""
        orders = await _orders_of(verified_customer(tracker))
        if len(orders) < 2:
            own = f"utter_ask_order_number_for_{tracker.active_loop_name}"
            dispatcher.utter_message(response=own if own in domain["responses"] else "utter_ask_order_number")
            return []
        buttons = [
            {
                "title": f"{order.description.capitalize()} ({order.number})",
                "payload": "/inform" + json.dumps({"order_number": order.number}),
            }
            for order in orders[:_MAX_BUTTONS]
        ]
        dispatcher.utter_message(response="utter_ask_which_order", buttons=buttons)
        return []


async def _orders_of(customer: str | None) -> list[Order]:
    """The orders to choose from; none when the back office gives no answer: the plain question needs it not."""
    if not customer:
        return []
    try:
        return await back_office().orders_of(customer)
    except BackOfficeError:
        logger.error("orders to choose from: the back office gave no answer")
        return []


class ValidateOrderStatusForm(VerifiedForm):
    """Validation of the form that asks which order the customer means."""

    own_intents = frozenset({"track_order", "delivery_problem"})

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "validate_order_status_form"


class ActionShowOrderStatus(CarefulAction):
    """Tells where an order is, as the back office has it."""

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "action_show_order_status"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Say the status of the verified order, and offer a person when something went wrong with it."""
        order = await verified_order(tracker)
        if order is None:
            return await hand_over_unfinished(dispatcher, tracker)
        problem = bool(tracker.get_slot("delivery_went_wrong"))
        kind = status_of(order, problem, dt.date.today())
        dispatcher.utter_message(
            response=f"utter_order_{kind}",
            order_number=order.number,
            description=order.description,
            carrier=order.carrier,
            expected=in_words(order.expected) if order.expected else "",
            delivered=in_words(order.delivered) if order.delivered else "",
        )
        if problem and kind not in ("delivered_problem", "shipped_late"):
            dispatcher.utter_message(response="utter_delivery_problem_person")
        return [SlotSet("delivery_went_wrong", None)]


def status_of(order: Order, problem: bool, today: dt.date) -> str:
    """Which response tells about an order.

    Args:
        order: the order.
        problem: the customer came with a problem.
        today: a day that has passed is never said to be the expected one.

    Returns:
        The end of a response `utter_order_…`.
    """
    if order.status == "delivered":
        if order.delivered is None:
            return "delivered_no_day"
        return "delivered_problem" if problem else "delivered"
    if order.status == "shipped":
        if order.expected is None:
            return "shipped_no_day"
        return "shipped_late" if order.expected < today else "shipped"
    return order.status
