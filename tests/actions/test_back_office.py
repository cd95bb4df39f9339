"""The demonstration's back office keeps data to its owners and returns to their period."""

from __future__ import annotations

import datetime as dt

import pytest

from actions.clients.back_office.demo import DemoBackOffice
from actions.clients.back_office.demo_orders import RETURN_PERIOD, WARRANTY_PERIOD
from actions.clients.back_office.records import NeedsAPersonError

TODAY = dt.date(2026, 11, 23)


class Today(dt.date):
    @classmethod
    def today(cls) -> Today:
        return cls(2026, 11, 23)


def office(status: str = "delivered", days_ago: int | None = 3) -> DemoBackOffice:
    delivered = None if days_ago is None else TODAY - dt.timedelta(days=days_ago)
    order = {"number": "400000001", "customer": "K100001", "postcode": "3511 AB", "status": status}
    other = {"number": "400000002", "customer": "K100002", "postcode": "1012 WX", "status": "processing"}
    goods = {"description": "lamp", "carrier": "PostNL"}
    seed = {
        "orders": [{**order, **goods, "delivered": delivered}, {**other, **goods}],
        "customers": [],
        "invoices": {},
        "subscriptions": {},
        "appointments": {},
        "outages": [],
    }
    return DemoBackOffice(seed, Today)


async def test_an_order_is_found_with_its_own_postcode_only():
    back_office = office()
    found = await back_office.find_order("400000001", "3511 AB")
    assert found
    assert found.customer == "K100001"
    assert await back_office.find_order("400000001", "1012 WX") is None
    assert await back_office.find_order("499999999", "3511 AB") is None


async def test_a_customer_has_only_their_own_orders():
    back_office = office()
    assert [order.number for order in await back_office.orders_of("K100001")] == ["400000001"]
    assert await back_office.order_of("K100001", "400000002") is None
    assert await back_office.order_of("K100002", "400000002") is not None


async def test_a_return_is_registered_once():
    back_office = office()
    order = back_office.orders["400000001"]
    first = await back_office.register_return(order, "te klein")
    second = await back_office.register_return(order, "toch te klein")
    assert (first.new, second.new) == (True, False)
    assert first.number == second.number
    assert first.return_before == TODAY + RETURN_PERIOD


@pytest.mark.parametrize(("days_ago", "allowed"), [(0, True), (14, True), (15, False)])
async def test_the_period_counts_the_fourteenth_day(days_ago, allowed):
    back_office = office(days_ago=days_ago)
    order = back_office.orders["400000001"]
    if allowed:
        assert (await back_office.register_return(order, "x")).new
    else:
        with pytest.raises(NeedsAPersonError):
            await back_office.register_return(order, "x")


@pytest.mark.parametrize("status", ["processing", "shipped", "cancelled"])
async def test_what_was_not_delivered_goes_to_a_person(status):
    back_office = office(status, days_ago=None)
    with pytest.raises(NeedsAPersonError):
        await back_office.register_return(back_office.orders["400000001"], "x")


@pytest.mark.parametrize(
    ("status", "allowed"),
    [("processing", True), ("cancelled", True), ("shipped", False), ("delivered", False)],
)
async def test_what_has_left_is_not_cancelled_without_a_person(status, allowed):
    back_office = office(status)
    order = back_office.orders["400000001"]
    if allowed:
        await back_office.cancel_order(order)
        assert back_office.orders["400000001"].status == "cancelled"
    else:
        with pytest.raises(NeedsAPersonError):
            await back_office.cancel_order(order)
        assert back_office.orders["400000001"].status == status


@pytest.mark.parametrize("status", ["cancelled", "shipped", "delivered"])
async def test_an_order_that_is_not_being_packed_keeps_its_address(status):
    back_office = office(status)
    with pytest.raises(NeedsAPersonError):
        await back_office.change_delivery_address(back_office.orders["400000001"], "1012 WX", "1")
    assert back_office.orders["400000001"].postcode == "3511 AB"


@pytest.mark.parametrize(("days_ago", "runs"), [(0, True), (730, True), (731, False)])
async def test_the_last_day_of_the_warranty_counts(days_ago, runs):
    back_office = office(days_ago=days_ago)
    warranty = await back_office.warranty_of(back_office.orders["400000001"])
    assert warranty
    assert warranty.runs is runs
    assert warranty.until == TODAY - dt.timedelta(days=days_ago) + WARRANTY_PERIOD


async def test_an_order_that_was_not_delivered_has_no_warranty_yet():
    back_office = office("shipped", days_ago=None)
    assert await back_office.warranty_of(back_office.orders["400000001"]) is None


def test_the_seed_is_complete_and_its_days_count_from_today():
    orders = DemoBackOffice.from_seed(today=Today).orders
    assert {each.status for each in orders.values()} == {"processing", "shipped", "delivered", "cancelled"}
    assert orders["400123456"].expected == TODAY + dt.timedelta(days=1)
