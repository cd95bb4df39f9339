"""Where an order is: demo back office, and a local server as the desk."""

from __future__ import annotations

import datetime as dt
import logging

import pytest

from actions import orders
from actions.clients.back_office import back_office
from actions.clients.back_office.demo import DemoBackOffice
from actions.clients.back_office.records import Order
from tests.actions.form_player import responses
from tests.actions.order_support import PACKED, SHIPPED, TODAY, broken, desk, player, tickets

__all__ = ["broken", "desk", "player"]


@pytest.mark.parametrize(
    ("number", "postcode", "response"),
    [
        ("400123456", "3511 AB", "utter_order_shipped"),
        ("400123457", "1012 WX", "utter_order_delivered"),
        ("400123458", "9711 LM", "utter_order_processing"),
        ("400123460", "2511 CV", "utter_order_cancelled"),
    ],
)
async def test_the_status_is_what_the_system_has(player, number, postcode, response):
    said = await player.starts("order_status_form", "track_order", order_number=number, postcode=postcode)
    assert responses(said) == [response]
    assert player.slots["reply_given"] is True


async def test_a_problem_with_a_delivered_parcel_is_told_and_a_person_offered(player):
    said = await player.starts(
        "order_status_form", "delivery_problem", order_number="400123457", postcode="1012 WX"
    )
    assert responses(said) == ["utter_order_delivered_problem"]
    assert player.slots["delivery_went_wrong"] is None


async def test_a_problem_with_another_parcel_gets_its_status_and_the_offer(player):
    said = await player.starts("order_status_form", "delivery_problem", **PACKED)
    assert responses(said) == ["utter_order_processing", "utter_delivery_problem_person"]
    assert responses(await player.starts("order_status_form", "track_order")) == ["utter_order_processing"]


@pytest.mark.parametrize(
    ("status", "expected", "delivered", "problem", "kind"),
    [
        ("shipped", 1, None, False, "shipped"),
        ("shipped", 0, None, True, "shipped"),
        ("shipped", -1, None, False, "shipped_late"),
        ("shipped", None, None, False, "shipped_no_day"),
        ("delivered", None, -1, False, "delivered"),
        ("delivered", None, -1, True, "delivered_problem"),
        ("delivered", None, None, False, "delivered_no_day"),
        ("cancelled", None, None, True, "cancelled"),
    ],
)
def test_no_day_is_told_that_the_system_does_not_have_or_that_has_passed(
    status, expected, delivered, problem, kind
):
    days = [None if days is None else TODAY + dt.timedelta(days=days) for days in (expected, delivered)]
    order = Order("400000001", "K1", "3511 AB", status, "lamp", "PostNL", *days)
    assert orders.status_of(order, problem, TODAY) == kind


async def test_a_verified_customer_with_several_orders_chooses_one(player):
    await player.starts("order_status_form", "track_order")
    await player.says("inform", "K100001")
    (question,) = await player.says("inform", "3511 AB")
    assert question["response"] == "utter_ask_which_order"
    assert [button["payload"] for button in question["buttons"]] == [
        '/inform{"order_number": "400123462"}',
        '/inform{"order_number": "400123456"}',
    ]
    assert question["buttons"][0]["title"] == "Broodrooster (400123462)"
    assert responses(await player.says("inform", order_number="400123462")) == ["utter_order_delivered"]


async def test_a_verified_customer_with_one_order_is_not_asked_which(player):
    await player.starts("order_status_form", "track_order")
    assert responses(await player.says("inform", "K100003")) == ["utter_ask_order_status_form_postcode"]
    assert responses(await player.says("inform", "9711 LM")) == ["utter_order_processing"]


async def test_a_customer_number_instead_of_an_order_number_is_no_failed_try(player):
    await player.starts("order_status_form", "track_order")
    await player.says("inform", "K100003")
    assert player.slots["slot_failures"] == 0


async def test_an_order_delivered_elsewhere_is_found_through_the_customer_number(player):
    order = back_office().orders["400123458"]
    await back_office().change_delivery_address(order, "1012 WX", "1")
    said = await player.starts(
        "order_status_form",
        "track_order",
        order_number="400123458",
        customer_number="K100003",
        postcode="9711 LM",
    )
    assert responses(said) == ["utter_order_processing"]


async def test_the_plain_question_comes_when_the_orders_cannot_be_read(player, broken):
    await player.starts("order_status_form", "track_order", **SHIPPED)
    player.slots["order_number"] = None
    broken("orders_of")
    action = orders.ActionAskOrderNumber()
    player._actions["action_ask_order_number"] = action
    await player._run("action_ask_order_number")
    assert responses(player._dispatcher.messages)[-1] == "utter_ask_order_number"


async def test_the_question_is_repeated_once_for_who_repeats_theirs_and_then_a_person_comes(player, desk):
    await player.starts("order_status_form", "track_order")
    again = await player.says("track_order", "waar is mijn pakket nou?")
    assert responses(again) == ["utter_ask_order_number"]
    assert responses(await player.says("delivery_problem", "het is er nog steeds niet!!")) == [
        "utter_ticket_opened_not_understood"
    ]
    assert tickets(desk)[0]["reason"] == "not_understood"


async def test_a_system_that_gives_no_answer_is_not_blamed_on_the_customer(player, broken, desk, caplog):
    broken("find_order")
    with caplog.at_level(logging.ERROR):
        said = await player.starts("order_status_form", "track_order", **PACKED)
    assert said == []
    assert player.slots["reply_given"] is False
    assert tickets(desk) == []
    assert "400123458" not in caplog.text


async def test_a_human_request_with_details_in_it_is_not_kept_by_a_form(player):
    await player.starts("order_status_form", "track_order")
    await player.says("inform", "3511 AB")
    assert await player.says("talk_to_human", "ik ben K100001 en wil een mens spreken") == []
    assert player.slots["verified_customer"] is None


def test_the_demonstration_still_has_what_these_tests_need():
    known = DemoBackOffice.from_seed().orders
    assert known["400123458"].status == "processing"
    assert known["400123456"].status == "shipped"
