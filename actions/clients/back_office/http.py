"""The back office of an organisation, over HTTP (docs/contracts.md, section 4)."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from typing import Any
from urllib.parse import quote

import httpx

from actions.clients.back_office.decoding import day, optional, record, several, wrong
from actions.clients.back_office.records import (
    Appointment,
    Customer,
    NeedsAPersonError,
    Order,
    Outage,
    Refund,
    Return,
    Subscription,
    Warranty,
)

_NOT_ALLOWED = 409
_WORD = re.compile(r"[a-z_]{1,40}")


class HttpBackOffice:
    """See `interface.BackOffice`. One per process; it keeps its connections open."""

    def __init__(self, url: str, token: str, timeout_seconds: float) -> None:
        """Nothing is called yet.

        Args:
            url: base address, without a slash at the end.
            token: sent as bearer token.
            timeout_seconds: limit for one call as a whole.
        """
        self._url = url
        self._limit = timeout_seconds
        self._client = httpx.AsyncClient(
            headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
            timeout=timeout_seconds,
        )

    async def find_order(self, number: str, postcode: str) -> Order | None:
        """See `Orders.find_order`."""
        body = await self._call("POST", "/orders/find", {"number": number, "postcode": postcode})
        order = optional(Order, _field(body, "order"))
        if order and order.number != number:
            raise wrong("another order than the one that was asked for")
        return order

    async def order_of(self, customer: str, number: str) -> Order | None:
        """See `Orders.order_of`."""
        body = await self._call("GET", f"/customers/{_part(customer)}/orders/{_part(number)}")
        order = optional(Order, _field(body, "order"))
        if order and (order.number, order.customer) != (number, customer):
            raise wrong("another order than the one that was asked for")
        return order

    async def orders_of(self, customer: str) -> list[Order]:
        """See `Orders.orders_of`."""
        body = await self._call("GET", f"/customers/{_part(customer)}/orders")
        orders = several(Order, _field(body, "orders"))[:10]
        if any(order.customer != customer for order in orders):
            raise wrong("an order of another customer")
        return orders

    async def cancel_order(self, order: Order) -> None:
        """See `Orders.cancel_order`."""
        await self._do("POST", f"/orders/{_part(order.number)}/cancel", {})

    async def change_delivery_address(self, order: Order, postcode: str, house_number: str) -> None:
        """See `Orders.change_delivery_address`."""
        address = {"postcode": postcode, "house_number": house_number}
        await self._do("PUT", f"/orders/{_part(order.number)}/delivery-address", address)

    async def register_return(self, order: Order, reason: str) -> Return:
        """See `Orders.register_return`."""
        body = await self._call("POST", f"/orders/{_part(order.number)}/returns", {"reason": reason})
        return record(Return, _field(body, "return"))

    async def refund_of(self, order: Order) -> Refund | None:
        """See `Orders.refund_of`."""
        return optional(
            Refund, _field(await self._call("GET", f"/orders/{_part(order.number)}/refund"), "refund")
        )

    async def warranty_of(self, order: Order) -> Warranty | None:
        """See `Orders.warranty_of`."""
        body = await self._call("GET", f"/orders/{_part(order.number)}/warranty")
        return optional(Warranty, _field(body, "warranty"))

    async def find_customer(self, number: str, postcode: str) -> Customer | None:
        """See `Customers.find_customer`."""
        body = await self._call("POST", "/customers/find", {"number": number, "postcode": postcode})
        found = optional(Customer, _field(body, "customer"))
        if found and found.number != number:
            raise wrong("another customer than the one that was asked for")
        return found

    async def send_invoice(self, customer: str, invoice: str | None) -> str | None:
        """See `Customers.send_invoice`."""
        body = await self._call("POST", f"/customers/{_part(customer)}/invoices/send", {"invoice": invoice})
        address = _field(body, "sent_to")
        if address is not None and (not isinstance(address, str) or "*" not in address):
            raise wrong("sent_to is no masked address")
        return address

    async def change_address(self, customer: str, postcode: str, house_number: str) -> None:
        """See `Customers.change_address`."""
        address = {"postcode": postcode, "house_number": house_number}
        await self._do("PUT", f"/customers/{_part(customer)}/address", address)

    async def subscriptions_of(self, customer: str) -> list[Subscription]:
        """See `Customers.subscriptions_of`."""
        body = await self._call("GET", f"/customers/{_part(customer)}/subscriptions")
        return several(Subscription, _field(body, "subscriptions"))

    async def cancel_subscription(self, customer: str, subscription: str) -> Subscription:
        """See `Customers.cancel_subscription`."""
        path = f"/customers/{_part(customer)}/subscriptions/{_part(subscription)}/cancel"
        cancelled = record(Subscription, _field(await self._call("POST", path, {}), "subscription"))
        if not cancelled.cancelled:
            raise wrong("the subscription was not cancelled")
        return cancelled

    async def appointment_of(self, customer: str) -> Appointment | None:
        """See `Customers.appointment_of`."""
        body = await self._call("GET", f"/customers/{_part(customer)}/appointment")
        return optional(Appointment, _field(body, "appointment"))

    async def free_visits(self) -> list[tuple[dt.date, str]]:
        """See `Customers.free_visits`."""
        visits = _field(await self._call("GET", "/visits/free"), "visits")
        if not isinstance(visits, list):
            raise wrong("visits: not a list")
        return [_visit(visit) for visit in visits[:6]]

    async def book_appointment(self, customer: str, day: dt.date, part: str) -> Appointment:
        """See `Customers.book_appointment`."""
        visit = {"day": day.isoformat(), "part": part}
        body = await self._call("PUT", f"/customers/{_part(customer)}/appointment", visit)
        return record(Appointment, _field(body, "appointment"))

    async def cancel_appointment(self, customer: str) -> None:
        """See `Customers.cancel_appointment`."""
        await self._do("DELETE", f"/customers/{_part(customer)}/appointment")

    async def outage_at(self, postcode: str) -> Outage | None:
        """See `Customers.outage_at`."""
        return optional(
            Outage, _field(await self._call("POST", "/outages/find", {"postcode": postcode}), "outage")
        )

    async def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Ask something; the answer's JSON. Raises `BackOfficeError` and `NeedsAPersonError`."""
        response = await self._send(method, path, body)
        if response.status_code not in (200, 201):
            raise wrong(f"{method}: status {response.status_code}")
        try:
            return response.json()
        except ValueError:
            raise wrong(f"{method}: the answer is not JSON") from None

    async def _do(self, method: str, path: str, body: dict[str, Any] | None = None) -> None:
        """Have something done. Only 204 says that it was. Raises `BackOfficeError` and `NeedsAPersonError`."""
        response = await self._send(method, path, body)
        if response.status_code != 204:
            raise wrong(f"{method}: status {response.status_code}")

    async def _send(self, method: str, path: str, body: dict[str, Any] | None) -> httpx.Response:
        """One bounded call.

        Raises:
            BackOfficeError: no answer in time. Its text names neither address nor content.
            NeedsAPersonError: the back office says that a person must decide.
        """
        try:
            # httpx counts its limit anew for each piece that arrives; this one counts the whole call.
            response = await asyncio.wait_for(
                self._client.request(method, f"{self._url}{path}", json=body), self._limit
            )
        except (httpx.HTTPError, httpx.InvalidURL, asyncio.TimeoutError) as error:
            raise wrong(f"{method}: {type(error).__name__}") from None
        if response.status_code == _NOT_ALLOWED:
            raise NeedsAPersonError(_why(response))
        return response


def _part(value: str) -> str:
    """A value as one part of a path, whatever is in it."""
    return quote(value, safe="")


def _field(body: Any, name: str) -> Any:
    """A field that must be there, although it may be null."""
    if not isinstance(body, dict) or name not in body:
        raise wrong(f"the answer has no {name}")
    return body[name]


def _visit(visit: Any) -> tuple[dt.date, str]:
    part = _field(visit, "part")
    if part not in ("morning", "afternoon"):
        raise wrong("visits.part is not one of the words it may be")
    return day("visits.day", _field(visit, "day")), part


def _why(response: httpx.Response) -> str:
    """The reason in one word; another text might hold anything."""
    try:
        why = response.json()["why"]
    except (ValueError, KeyError, TypeError):
        return "unknown"
    return why if isinstance(why, str) and _WORD.fullmatch(why) else "unknown"
