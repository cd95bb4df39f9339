"""Who the customer is: proved once per conversation with a number and a postcode that belong together (R23)."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from actions import site_customer
from actions.careful import Event
from actions.clients import desk
from actions.clients.back_office import back_office
from actions.clients.back_office.records import Order

logger = logging.getLogger(__name__)

# Five wrong combinations lock the check for the conversation. The desk counts them over all conversations.
MAX_FAILURES = 5
IDENTITY = ("order_number", "customer_number", "postcode")


async def verify(tracker: Tracker, about_an_order: bool) -> list[Event]:
    """Check the numbers that the customer gave.

    Args:
        tracker: the conversation.
        about_an_order: an order must be known as well.

    Returns:
        Events: `verified_customer` when the numbers fit; slots emptied and a failure counted when they do not, or the check
        locked when too much was tried elsewhere; nothing when there is not enough to check. The only order of a verified
        customer is filled in.

    Raises:
        BackOfficeError: the back office gave no answer.
    """
    order_number, customer_number, postcode = (last(tracker.get_slot(name)) for name in IDENTITY)
    customer = known_customer(tracker)
    verified: list[Event] = []
    if not customer:
        if not postcode or not (order_number or customer_number):
            return []
        order, customer = await _found(order_number, customer_number, postcode)
        numbers = [number for number in (order_number, customer_number) if number]
        if not await _may_prove(numbers, postcode, fits=customer is not None):
            return _failure(tracker, *IDENTITY, failures=MAX_FAILURES)
        if customer is None:
            return _failure(tracker, *IDENTITY)
        verified = [SlotSet("verified_customer", customer)]
        if order:
            return verified
    if not about_an_order:
        return verified
    if order_number:
        own = await back_office().order_of(customer, order_number)
        return verified if own else [*verified, *_failure(tracker, "order_number")]
    orders = await back_office().orders_of(customer)
    return [*verified, *([SlotSet("order_number", orders[0].number)] if len(orders) == 1 else [])]


async def _found(
    order_number: str | None, customer_number: str | None, postcode: str
) -> tuple[Order | None, str | None]:
    """The order that fits the postcode, and the customer that fits it: an order may be delivered at another address."""
    office = back_office()
    order, customer = await asyncio.gather(
        office.find_order(order_number, postcode) if order_number else _nothing(),
        office.find_customer(customer_number, postcode) if customer_number else _nothing(),
    )
    if order:
        return order, order.customer
    return None, customer.number if customer else None


async def _nothing() -> None:
    return None


async def _may_prove(numbers: list[str], postcode: str, *, fits: bool) -> bool:
    """Whether these still prove something. Without an answer of the desk they do: the count of this conversation holds."""
    try:
        return await desk.note_proof(numbers, postcode, fits=fits)
    except desk.DeskError as error:
        logger.warning("a proof is not counted over all conversations: %s", error)
        return True


def _failure(tracker: Tracker, *emptied: str, failures: int = 1) -> list[Event]:
    empty = [SlotSet(name, None) for name in emptied]
    return [*empty, SlotSet("verification_failures", verification_failures(tracker) + failures)]


def verification_failures(tracker: Tracker) -> int:
    """How many wrong combinations this conversation has seen."""
    return int(tracker.get_slot("verification_failures") or 0)


def locked(tracker: Tracker) -> bool:
    """Whether the check is closed for this conversation."""
    return verification_failures(tracker) >= MAX_FAILURES


def known_customer(tracker: Tracker) -> str | None:
    """The number of the customer whom the site signed in, else of who proved to be it in this conversation; or None."""
    return site_customer.number(tracker) or tracker.get_slot("verified_customer")


def verified_customer(tracker: Tracker) -> str | None:
    """The number of the customer who is known, or None; also when the check is locked."""
    return None if locked(tracker) else known_customer(tracker)


async def verified_order(tracker: Tracker) -> Order | None:
    """The order that was named, if the customer proved that it is theirs. Submit actions check this themselves: a form
    whose validation could not be reached jumps to its submit action.

    Raises:
        BackOfficeError: the back office gave no answer.
    """
    customer, number = verified_customer(tracker), last(tracker.get_slot("order_number"))
    if not customer or not number:
        return None
    return await back_office().order_of(customer, number)


def last(value: Any) -> Any:
    """The last of several values that were given in one message, or the only one."""
    return value[-1] if isinstance(value, list) else value
