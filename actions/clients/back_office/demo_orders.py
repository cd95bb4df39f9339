"""Orders of the demonstration."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from actions.clients.back_office.records import NeedsAPersonError, Order, Refund, Return, Warranty

# Wettelijke bedenktijd: 14 days after receipt (Burgerlijk Wetboek 6:230o). A shop may give more; the demo does not.
RETURN_PERIOD = dt.timedelta(days=14)
# The demo shop's own warranty. The law may give more (Burgerlijk Wetboek 7:17), so a person decides after it.
WARRANTY_PERIOD = dt.timedelta(days=2 * 365)


class DemoOrders:
    """See `interface.Orders`."""

    def __init__(self, seed: dict[str, Any], today: type[dt.date]) -> None:
        """Take `orders` and `refunds` from the seed."""
        self._today = today
        self.orders = {row["number"]: Order(**row) for row in seed["orders"]}
        self._refunds = {row["order"]: _refund(row) for row in seed.get("refunds", [])}
        self._returns: dict[str, Return] = {}

    async def find_order(self, number: str, postcode: str) -> Order | None:
        """See `Orders.find_order`."""
        order = self.orders.get(number)
        return order if order and order.postcode == postcode else None

    async def orders_of(self, customer: str) -> list[Order]:
        """See `Orders.orders_of`. Numbers are given out in order."""
        own = [order for order in self.orders.values() if order.customer == customer]
        return sorted(own, key=lambda order: order.number, reverse=True)[:10]

    async def order_of(self, customer: str, number: str) -> Order | None:
        """See `Orders.order_of`."""
        order = self.orders.get(number)
        return order if order and order.customer == customer else None

    async def cancel_order(self, order: Order) -> None:
        """See `Orders.cancel_order`. Possible until the order has left."""
        status = self.orders[order.number].status
        if status not in ("processing", "cancelled"):
            raise NeedsAPersonError(f"already_{status}")
        self.orders[order.number] = replace(self.orders[order.number], status="cancelled")

    async def change_delivery_address(self, order: Order, postcode: str, house_number: str) -> None:
        """See `Orders.change_delivery_address`. Possible until the order has left."""
        if self.orders[order.number].status != "processing":
            raise NeedsAPersonError(f"already_{self.orders[order.number].status}")
        self.orders[order.number] = replace(self.orders[order.number], postcode=postcode)

    async def register_return(self, order: Order, reason: str) -> Return:
        """See `Orders.register_return`. Only what was delivered at most 14 days ago can be returned without a person."""
        known = self._returns.get(order.number)
        if known:
            return replace(known, new=False)
        today = self._today.today()
        if order.status != "delivered" or order.delivered is None:
            raise NeedsAPersonError(f"not_delivered_but_{order.status}")
        if today > order.delivered + RETURN_PERIOD:
            raise NeedsAPersonError("too_late")
        registered = Return(f"R-{order.number}", today + RETURN_PERIOD, order.carrier, new=True)
        self._returns[order.number] = registered
        return registered

    async def refund_of(self, order: Order) -> Refund | None:
        """See `Orders.refund_of`."""
        return self._refunds.get(order.number)

    async def warranty_of(self, order: Order) -> Warranty | None:
        """See `Orders.warranty_of`. Counts from the day of delivery."""
        if order.delivered is None:
            return None
        until = order.delivered + WARRANTY_PERIOD
        return Warranty(until, runs=self._today.today() <= until)


def _refund(row: dict[str, Any]) -> Refund:
    return Refund(**{name: value for name, value in row.items() if name != "order"})
