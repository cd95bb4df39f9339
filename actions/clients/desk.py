"""Client of the desk's ticket API (docs/contracts.md, section 3)."""

from __future__ import annotations

import asyncio
import datetime as dt
import functools
import math
import ssl
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

from actions.config import settings

# Beside the ticket that the same turn may open (`actions.config`). It is one look in a counter.
PROOF_SECONDS = 0.5


class DeskError(Exception):
    """The desk could not be reached in time or did not answer as the contract says. Holds no customer data."""


class CallbackSlotGoneError(DeskError):
    """The time at which the customer wanted to be called is full or over; nothing was stored."""


@dataclass(frozen=True)
class Ticket:
    """A ticket as the desk describes it.

    Attributes:
        number: for example `T-100042`.
        state: `open`, `assigned` or `closed`.
        conversation: the sender id of the conversation that it belongs to.
        next_step: one or two Dutch sentences for the customer: what happens next, and when.
        employee: the name of the employee who has it, or None.
        callback: when the customer wants to be called, in Dutch, or None.
        is_new: the call that gave this ticket opened it.
    """

    number: str
    state: str
    conversation: str
    next_step: str
    employee: str | None
    callback: str | None = None
    is_new: bool = False

    @classmethod
    def from_json(cls, body: Any, *, is_new: bool = False) -> Ticket:
        """Build a ticket from the desk's JSON.

        Raises:
            DeskError: a field is missing or of the wrong type; a number that we did not get is never shown.
        """
        try:
            number, state, conversation = body["number"], body["state"], body["conversation"]
            next_step, employee = body["next_step"], body["employee"]
        except (KeyError, TypeError) as error:
            raise DeskError("the desk's answer lacks a field of a ticket") from error
        if not all(isinstance(value, str) and value for value in (number, state, conversation, next_step)):
            raise DeskError("the desk's answer has a wrong type in a ticket")
        return cls(number, state, conversation, next_step, employee, body.get("callback"), is_new)


@dataclass(frozen=True)
class DayHours:
    """When employees answer on one day.

    Attributes:
        day: the day.
        hours: opening and closing as `HH:MM`, in order; none when it is closed.
        holiday: the Dutch name of a public holiday on that day, or None.
    """

    day: dt.date
    hours: tuple[tuple[str, str], ...]
    holiday: str | None


async def open_ticket(idempotency_key: str, ticket: dict[str, Any]) -> Ticket:
    """Open a ticket, or get the one that this key or conversation already has.

    Args:
        idempotency_key: the id of the customer's message that led to the ticket.
        ticket: the body of `POST /api/tickets`.

    Returns:
        The ticket as the desk stored it.

    Raises:
        DeskError: no ticket can be promised.
    """
    status, body = await _call(
        "POST", "/api/tickets", {200, 201}, json=ticket, headers={"Idempotency-Key": idempotency_key}
    )
    return Ticket.from_json(body, is_new=status == httpx.codes.CREATED)


async def add_details(number: str, details: dict[str, str]) -> Ticket:
    """Add to a ticket.

    Args:
        number: of the ticket.
        details: the body of `PATCH /api/tickets/<number>`.

    Returns:
        The ticket as the desk stored it.

    Raises:
        CallbackSlotGoneError: the desk stored nothing, because of the time to be called.
        DeskError: the desk did not store it.
    """
    path, refusals = f"/api/tickets/{_in_path(number)}", {400, 409}
    status, body = await _call("PATCH", path, {200, *refusals}, json=details)
    if status in refusals:
        refused = CallbackSlotGoneError if _wrong_field(body) == "callback_slot" else DeskError
        raise refused(f"PATCH tickets: status {status}")
    return Ticket.from_json(body)


async def ticket_for_proof(number: str, proof: str) -> Ticket | None:
    """The ticket with this number, for who knows a phone number, e-mail address or postcode that is on it.

    Returns:
        None when the number does not exist or the proof is wrong; the desk does not tell which.

    Raises:
        DeskError: the desk gave no answer.
    """
    path = f"/api/tickets/{_in_path(number)}/status"
    status, body = await _call("POST", path, {200, 404}, json={"proof": proof})
    return Ticket.from_json(body) if status == httpx.codes.OK else None


async def note_proof(numbers: list[str], postcode: str, *, fits: bool) -> bool:
    """Have the desk count wrong combinations of numbers and a postcode, over all conversations.

    Args:
        numbers: of a customer and of an order, as the customer gave them.
        postcode: likewise.
        fits: they belong together.

    Returns:
        False after too many wrong ones: then the right one proves nothing either.

    Raises:
        DeskError: the desk gave no answer.
    """
    asked = {"numbers": numbers, "postcode": postcode, "fits": fits}
    _, body = await _call("POST", "/api/proofs", {200}, most_seconds=PROOF_SECONDS, json=asked)
    is_open = body.get("is_open") if isinstance(body, dict) else None
    if not isinstance(is_open, bool):
        raise DeskError("the desk's answer does not say whether more may be tried")
    return is_open


async def callback_slots() -> list[tuple[str, str]]:
    """The next times at which a customer can be called: an id and a Dutch label each. Raises `DeskError`."""
    _, body = await _call("GET", "/api/callback-slots", {200})
    try:
        return [(str(slot["id"]), str(slot["label"])) for slot in body["slots"]]
    except (KeyError, TypeError) as error:
        raise DeskError("the desk's answer has no list of times") from error


async def opening_hours(day: dt.date) -> DayHours:
    """When employees answer on a day. Raises `DeskError`."""
    _, body = await _call("GET", "/api/opening-hours", {200}, params={"day": day.isoformat()})
    try:
        hours = tuple((str(opens), str(closes)) for opens, closes in body["hours"])
        holiday = body["holiday"]
    except (KeyError, TypeError, ValueError) as error:
        raise DeskError("the desk's answer has no opening hours") from error
    return DayHours(day, hours, str(holiday) if holiday else None)


async def tickets_of(conversation: str) -> list[Ticket]:
    """The tickets of a conversation, newest first. Raises `DeskError`."""
    _, body = await _call("GET", "/api/tickets", {200}, params={"conversation": conversation})
    if not isinstance(body, dict) or not isinstance(body.get("tickets"), list):
        raise DeskError("the desk's answer has no list of tickets")
    return [Ticket.from_json(ticket) for ticket in body["tickets"]]


def _wrong_field(body: Any) -> Any:
    """The field that an error of the desk is about, or None."""
    error = body.get("error") if isinstance(body, dict) else None
    return error.get("field") if isinstance(error, dict) else None


def _in_path(number: str) -> str:
    return quote(number, safe="")


@functools.cache
def _trusted() -> ssl.SSLContext:
    """The certificates to trust. Reading them for each call takes longer than the call itself."""
    return httpx.create_ssl_context()


async def _call(
    method: str,
    path: str,
    accepted: set[int],
    headers: dict[str, str] | None = None,
    most_seconds: float = math.inf,
    **kwargs: Any,
) -> tuple[int, Any]:
    """One bounded call; the answer's status and JSON. Raises `DeskError`, whose text names the failure but no content."""
    current = settings()
    seconds = min(current.desk_timeout_seconds, most_seconds)
    try:
        async with httpx.AsyncClient(base_url=current.desk_url, timeout=seconds, verify=_trusted()) as client:
            # httpx counts per read: an answer that drips in would never be late.
            response = await asyncio.wait_for(
                client.request(
                    method,
                    path,
                    headers={"Authorization": f"Bearer {current.desk_service_token}", **(headers or {})},
                    **kwargs,
                ),
                seconds,
            )
        if response.status_code not in accepted:
            raise DeskError(f"{method} {path.split('/')[2]}: status {response.status_code}")
        return response.status_code, response.json()
    except asyncio.TimeoutError as error:
        raise DeskError(f"{method}: no complete answer in time") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise DeskError(f"{method}: {type(error).__name__}") from error
    except ValueError as error:
        raise DeskError(f"{method}: the answer is not JSON") from error
