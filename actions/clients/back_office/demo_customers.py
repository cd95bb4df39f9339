"""Customers, subscriptions and service of the demonstration."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from actions.clients.back_office.records import (
    Appointment,
    Customer,
    NeedsAPersonError,
    Outage,
    Subscription,
)

_VISITS_AHEAD = 3
_PARTS = ("morning", "afternoon")
_SUNDAY = 6
# New appointments are numbered after those of the seed.
_LAST_NUMBER = 3400


class DemoCustomers:
    """See `interface.Customers`."""

    def __init__(self, seed: dict[str, Any], today: type[dt.date]) -> None:
        """Take `customers`, `invoices`, `subscriptions`, `appointments` and `outages` from the seed."""
        self._clock = today
        self.customers = {row["number"]: Customer(**row) for row in seed["customers"]}
        self._invoices: dict[str, list[str]] = seed["invoices"]
        self._subscriptions = {
            customer: [Subscription(**row) for row in rows]
            for customer, rows in seed["subscriptions"].items()
        }
        self._appointments = {customer: Appointment(**row) for customer, row in seed["appointments"].items()}
        self._booked = 0
        self._outages = {
            row["area"]: Outage(row["description"], row.get("expected_end")) for row in seed["outages"]
        }

    async def find_customer(self, number: str, postcode: str) -> Customer | None:
        """See `Customers.find_customer`."""
        customer = self.customers.get(number)
        return customer if customer and customer.postcode == postcode else None

    async def send_invoice(self, customer: str, invoice: str | None) -> str | None:
        """See `Customers.send_invoice`. The demonstration sends nothing."""
        own = self._invoices.get(customer, [])
        if not own or (invoice is not None and invoice not in own):
            return None
        return self.customers[customer].masked_email

    async def change_address(self, customer: str, postcode: str, house_number: str) -> None:
        """See `Customers.change_address`. The demonstration knows every address."""
        self.customers[customer] = replace(self.customers[customer], postcode=postcode)

    async def subscriptions_of(self, customer: str) -> list[Subscription]:
        """See `Customers.subscriptions_of`."""
        return self._subscriptions.get(customer, [])

    async def cancel_subscription(self, customer: str, subscription: str) -> Subscription:
        """See `Customers.cancel_subscription`."""
        own = self._subscriptions[customer]
        place = next(index for index, known in enumerate(own) if known.number == subscription)
        own[place] = replace(own[place], cancelled=True)
        return own[place]

    async def appointment_of(self, customer: str) -> Appointment | None:
        """See `Customers.appointment_of`."""
        return self._appointments.get(customer)

    async def free_visits(self) -> list[tuple[dt.date, str]]:
        """See `Customers.free_visits`. The first days after tomorrow that are no Sunday and not taken."""
        days = (self._clock.today() + dt.timedelta(days=ahead) for ahead in range(2, 2 + 2 * _VISITS_AHEAD))
        taken = {(visit.day, visit.part) for visit in self._appointments.values()}
        open_days = [day for day in days if day.weekday() != _SUNDAY][:_VISITS_AHEAD]
        return [(day, part) for day in open_days for part in _PARTS if (day, part) not in taken]

    async def book_appointment(self, customer: str, day: dt.date, part: str) -> Appointment:
        """See `Customers.book_appointment`."""
        if (day, part) not in await self.free_visits():
            raise NeedsAPersonError("visit_taken")
        known = self._appointments.get(customer)
        self._booked += 0 if known else 1
        number = known.number if known else f"V-{_LAST_NUMBER + self._booked}"
        self._appointments[customer] = Appointment(number, day, part)
        return self._appointments[customer]

    async def cancel_appointment(self, customer: str) -> None:
        """See `Customers.cancel_appointment`."""
        self._appointments.pop(customer, None)

    async def outage_at(self, postcode: str) -> Outage | None:
        """See `Customers.outage_at`. An area is the four digits of a postcode."""
        return self._outages.get(postcode[:4])
