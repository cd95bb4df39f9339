"""What the assistant asks of the organisation's systems. `demo` answers from seeded data, `http` from a real system."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from actions.clients.back_office.records import (
    Appointment,
    Customer,
    Order,
    Outage,
    Refund,
    Return,
    Subscription,
    Warranty,
)


class Orders(Protocol):
    """Orders and what follows from them. Every method may raise `BackOfficeError`.

    A method that takes an `Order` trusts its caller: the customer has proved that it is theirs (`actions.verified_form`).
    """

    async def find_order(self, number: str, postcode: str) -> Order | None:
        """The order, or None when the number is unknown or belongs to another postcode: the two look the same (R23)."""
        ...

    async def orders_of(self, customer: str) -> list[Order]:
        """The orders of a customer, newest first, at most ten."""
        ...

    async def order_of(self, customer: str, number: str) -> Order | None:
        """One order of a customer, however old, or None when the number is unknown or somebody else's."""
        ...

    async def cancel_order(self, order: Order) -> None:
        """Cancel an order; again changes nothing. Raises `NeedsAPersonError` when it has left."""
        ...

    async def change_delivery_address(self, order: Order, postcode: str, house_number: str) -> None:
        """Send an order elsewhere. Raises `NeedsAPersonError` when it has left or is cancelled."""
        ...

    async def register_return(self, order: Order, reason: str) -> Return:
        """Register a return; the same order twice gives the same return. Raises `NeedsAPersonError`."""
        ...

    async def refund_of(self, order: Order) -> Refund | None:
        """The refund for an order, or None when there is none to come as far as the system knows."""
        ...

    async def warranty_of(self, order: Order) -> Warranty | None:
        """The warranty on an order, or None when the system does not know."""
        ...


class Customers(Protocol):
    """Customers, subscriptions and service. Every method may raise `BackOfficeError`.

    A method that takes a customer's number trusts its caller: the customer has proved who they are.
    """

    async def find_customer(self, number: str, postcode: str) -> Customer | None:
        """The customer, or None when the number is unknown or belongs to another postcode: the two look the same."""
        ...

    async def send_invoice(self, customer: str, invoice: str | None) -> str | None:
        """Mail a copy of an invoice, by default the newest, to the customer's known address.

        Returns:
            The address, masked; None when the customer has no such invoice.
        """
        ...

    async def change_address(self, customer: str, postcode: str, house_number: str) -> None:
        """Change the customer's address. Raises `NeedsAPersonError` for an address that the system does not know."""
        ...

    async def subscriptions_of(self, customer: str) -> list[Subscription]:
        """All subscriptions of a customer, cancelled ones that have not ended yet included."""
        ...

    async def cancel_subscription(self, customer: str, subscription: str) -> Subscription:
        """Cancel at the first day on which it may end; again changes nothing.

        Returns:
            The subscription as it is now: cancelled, with its last day.

        Raises:
            NeedsAPersonError: the system cannot cancel this one by itself.
        """
        ...

    async def appointment_of(self, customer: str) -> Appointment | None:
        """The next appointment of a customer, if any."""
        ...

    async def free_visits(self) -> list[tuple[dt.date, str]]:
        """Days and parts (`morning`, `afternoon`) on which a visit can still be booked, soonest first, at most six."""
        ...

    async def book_appointment(self, customer: str, day: dt.date, part: str) -> Appointment:
        """Book a visit, or move the one that the customer has. Raises `NeedsAPersonError` when it was just taken."""
        ...

    async def cancel_appointment(self, customer: str) -> None:
        """Cancel the appointment of a customer, if any. Raises `NeedsAPersonError` when it is too late."""
        ...

    async def outage_at(self, postcode: str) -> Outage | None:
        """The known outage in the area of a postcode, if any. Needs no verification: it is no personal data."""
        ...


class BackOffice(Orders, Customers, Protocol):
    """Everything."""
