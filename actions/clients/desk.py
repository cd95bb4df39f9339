"""Client of the desk's ticket API (docs/contracts.md, section 3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

from actions.config import settings


class DeskError(Exception):
    """The desk could not be reached in time or did not answer as the contract says. Holds no customer data."""


@dataclass(frozen=True)
class Ticket:
    """A ticket as the desk describes it.

    Attributes:
        number: for example `T-100042`.
        state: `open`, `assigned` or `closed`.
        conversation: the sender id of the conversation that it belongs to.
        next_step: one or two Dutch sentences for the customer: what happens next, and when.
        employee: the name of the employee who has it, or None.
    """

    number: str
    state: str
    conversation: str
    next_step: str
    employee: str | None

    @classmethod
    def from_json(cls, body: Any) -> Ticket:
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
        return cls(number, state, conversation, next_step, employee)


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
    body = await _call(
        "POST", "/api/tickets", {200, 201}, json=ticket, headers={"Idempotency-Key": idempotency_key}
    )
    return Ticket.from_json(body)


async def tickets_of(conversation: str) -> list[Ticket]:
    """The tickets of a conversation, newest first. Raises `DeskError`."""
    body = await _call("GET", "/api/tickets", {200}, params={"conversation": conversation})
    if not isinstance(body, dict) or not isinstance(body.get("tickets"), list):
        raise DeskError("the desk's answer has no list of tickets")
    return [Ticket.from_json(ticket) for ticket in body["tickets"]]


async def _call(
    method: str, path: str, accepted: set[int], headers: dict[str, str] | None = None, **kwargs: Any
) -> Any:
    """One bounded call; the answer's JSON. Raises `DeskError`, whose text names the failure but no content."""
    current = settings()
    try:
        async with httpx.AsyncClient(
            base_url=current.desk_url, timeout=current.desk_timeout_seconds
        ) as client:
            response = await client.request(
                method,
                path,
                headers={"Authorization": f"Bearer {current.desk_service_token}", **(headers or {})},
                **kwargs,
            )
            if response.status_code not in accepted:
                raise DeskError(f"{method} {path.split('/')[2]}: status {response.status_code}")
            return response.json()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise DeskError(f"{method}: {type(error).__name__}") from error
    except ValueError as error:
        raise DeskError(f"{method}: the answer is not JSON") from error
