"""The demo back office keeps orders to their owners and returns to their period."""

from __future__ import annotations

import datetime as dt

import pytest

from actions.clients.back_office import RETURN_PERIOD, DemoBackOffice, Order, ReturnNotPossibleError

TODAY = dt.date.today()


def order(status: str = "delivered", days_ago: int | None = 3) -> Order:
    delivered = None if days_ago is None else TODAY - dt.timedelta(days=days_ago)
    return Order("400000001", "3511 AB", status, "lamp", "PostNL", delivered=delivered)


def office(one: Order) -> DemoBackOffice:
    return DemoBackOffice({one.number: one})


async def test_an_order_is_found_with_its_own_postcode_only():
    known = order()
    assert await office(known).find_order("400000001", "3511 AB") == known
    assert await office(known).find_order("400000001", "1012 WX") is None
    assert await office(known).find_order("499999999", "3511 AB") is None


async def test_a_return_is_registered_once():
    back_office, known = office(order()), order()
    first = await back_office.register_return(known, "te klein")
    second = await back_office.register_return(known, "toch te klein")
    assert first.new
    assert not second.new
    assert first.number == second.number
    assert first.return_before == TODAY + RETURN_PERIOD


@pytest.mark.parametrize(("days_ago", "allowed"), [(0, True), (14, True), (15, False)])
async def test_the_period_counts_the_fourteenth_day(days_ago, allowed):
    known = order(days_ago=days_ago)
    if allowed:
        assert (await office(known).register_return(known, "x")).new
    else:
        with pytest.raises(ReturnNotPossibleError):
            await office(known).register_return(known, "x")


@pytest.mark.parametrize("status", ["processing", "shipped", "cancelled"])
async def test_what_was_not_delivered_goes_to_a_person(status):
    known = order(status=status, days_ago=None)
    with pytest.raises(ReturnNotPossibleError):
        await office(known).register_return(known, "x")


def test_the_seed_is_complete_and_its_days_count_from_today():
    orders = DemoBackOffice.from_seed().orders
    assert {each.status for each in orders.values()} == {"processing", "shipped", "delivered", "cancelled"}
    assert orders["400123456"].expected == TODAY + dt.timedelta(days=1)
