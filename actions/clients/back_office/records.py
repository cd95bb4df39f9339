"""What the back office knows, as the assistant reads it. Days are local days in the organisation's time zone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


class BackOfficeError(Exception):
    """The back office could not answer. Holds no customer data."""


class NeedsAPersonError(Exception):
    """The system's rules do not allow this by itself. That is no refusal: a person decides (R26).

    Attributes:
        why: one word for the ticket, for example `too_late` or `already_shipped`.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Customer:
    """Somebody who proved who they are.

    Attributes:
        number: `K` and six digits.
        postcode: of the customer's own address, as `1234 AB`.
        email: where mail about the account goes; shown to nobody in full.
    """

    number: str
    postcode: str
    email: str

    @property
    def masked_email(self) -> str:
        """For the customer to recognise and for nobody else to use: `j***@example.nl`."""
        name, _, host = self.email.partition("@")
        return f"{name[:1]}***@{host}"


@dataclass(frozen=True)
class Order:
    """An order.

    Attributes:
        number: nine digits, the first a 4.
        customer: number of the customer whose order it is.
        postcode: delivery address, as `1234 AB`.
        status: `processing`, `shipped`, `delivered` or `cancelled`.
        description: what was ordered, in Dutch, without an article.
        carrier: who delivers it.
        expected: expected day of delivery, when shipped.
        delivered: day of delivery, when delivered.
    """

    number: str
    customer: str
    postcode: str
    status: str
    description: str
    carrier: str
    expected: dt.date | None = None
    delivered: dt.date | None = None


@dataclass(frozen=True)
class Return:
    """A registered return.

    Attributes:
        number: for example `R-400123456`.
        return_before: last day to hand in the parcel.
        carrier: whose drop-off points take it.
        new: whether this call registered it; False when it was registered before.
    """

    number: str
    return_before: dt.date
    carrier: str
    new: bool


@dataclass(frozen=True)
class Refund:
    """Money that goes back for an order.

    Attributes:
        status: `waiting_for_parcel`, `checking` or `paid`.
        cents: amount in eurocents.
        paid: day on which it was paid, when paid.
    """

    status: str
    cents: int
    paid: dt.date | None = None


@dataclass(frozen=True)
class Warranty:
    """Whether an order is under the shop's warranty; the law may give more, so its end is no refusal.

    Attributes:
        until: last day of the warranty.
        runs: whether that day has not passed.
    """

    until: dt.date
    runs: bool


@dataclass(frozen=True)
class Subscription:
    """A running or cancelled subscription.

    Attributes:
        number: for example `A-2041`.
        description: for example `koffiebox`.
        ends: the first day on which it may end after cancelling today, or on which it ends when `cancelled`.
        cancelled: whether it was cancelled.
    """

    number: str
    description: str
    ends: dt.date
    cancelled: bool = False


@dataclass(frozen=True)
class Appointment:
    """A visit of the service team.

    Attributes:
        number: for example `V-3310`.
        day: the day.
        part: `morning` or `afternoon`.
    """

    number: str
    day: dt.date
    part: str


@dataclass(frozen=True)
class Outage:
    """A known outage in an area.

    Attributes:
        description: what does not work, in Dutch, for example `internet`.
        expected_end: in Dutch words as the network's owner gives it, or None when unknown.
    """

    description: str
    expected_end: str | None
