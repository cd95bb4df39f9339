"""The back office: orders and returns. This is the demo implementation on seeded data, and the interface others fill in."""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import yaml

_SEED = Path(__file__).with_name("demo_back_office.yml")
# Wettelijke bedenktijd: 14 days after receipt (Burgerlijk Wetboek 6:230o). A shop may give more; the demo does not.
RETURN_PERIOD = dt.timedelta(days=14)


class BackOfficeError(Exception):
    """The back office could not answer. Holds no customer data."""


class ReturnNotPossibleError(Exception):
    """The system's rules do not allow this return by itself; a person decides (R26)."""


@dataclass(frozen=True)
class Order:
    """An order.

    Attributes:
        number: nine digits.
        postcode: delivery address, as `1234 AB`.
        status: `processing`, `shipped`, `delivered` or `cancelled`.
        description: what was ordered, in Dutch.
        carrier: who delivers it.
        expected: expected day of delivery, when shipped.
        delivered: day of delivery, when delivered.
    """

    number: str
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


class BackOffice(Protocol):
    """What the assistant asks of the organisation's systems. Every method may raise `BackOfficeError`."""

    async def find_order(self, number: str, postcode: str) -> Order | None:
        """The order, or None when the number is unknown or belongs to another postcode: the two look the same (R23)."""
        ...

    async def register_return(self, order: Order, reason: str) -> Return:
        """Register a return; the same order twice gives the same return. Raises `ReturnNotPossibleError`."""
        ...


@dataclass
class DemoBackOffice:
    """Seeded orders in memory. Days in the seed count from today, so the demo never grows old.

    Attributes:
        orders: per order number the order.
        returns: per order number the registered return.
        today: gives the current day; tests pass another clock.
    """

    orders: dict[str, Order]
    returns: dict[str, Return] = field(default_factory=dict)
    today: type[dt.date] = dt.date

    @classmethod
    def from_seed(cls, path: Path = _SEED) -> DemoBackOffice:
        """Read the seeded orders from a YAML file."""
        today = dt.date.today()
        orders = {}
        for row in yaml.safe_load(path.read_text(encoding="utf-8"))["orders"]:
            fields: dict[str, Any] = dict(row)
            for name in ("expected", "delivered"):
                if name in fields:
                    fields[name] = today + dt.timedelta(days=fields[name])
            orders[row["number"]] = Order(**fields)
        return cls(orders)

    async def find_order(self, number: str, postcode: str) -> Order | None:
        """See `BackOffice.find_order`."""
        order = self.orders.get(number)
        return order if order and order.postcode == postcode else None

    async def register_return(self, order: Order, reason: str) -> Return:
        """See `BackOffice.register_return`. Only what was delivered at most 14 days ago can be returned without a person."""
        known = self.returns.get(order.number)
        if known:
            return Return(known.number, known.return_before, known.carrier, new=False)
        today = self.today.today()
        if order.status != "delivered" or order.delivered is None or today > order.delivered + RETURN_PERIOD:
            raise ReturnNotPossibleError(order.status)
        registered = Return(f"R-{order.number}", today + RETURN_PERIOD, order.carrier, new=True)
        self.returns[order.number] = registered
        return registered


@functools.cache
def back_office() -> BackOffice:
    """The back office in use: one per process."""
    return DemoBackOffice.from_seed()
