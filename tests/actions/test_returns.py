"""Sending back, refunds and repairs: demo back office, and a local server as the desk."""

from __future__ import annotations

import datetime as dt

import pytest

from actions.dates import in_words_with_year
from tests.actions.form_player import responses
from tests.actions.order_support import PACKED, SHIPPED, TODAY, broken, desk, player, tickets

__all__ = ["broken", "desk", "player"]


async def test_a_return_asks_for_a_reason_each_time(player):
    said = await player.starts("return_form", "return_item", order_number="400123461", postcode="6211 LE")
    assert responses(said) == ["utter_ask_return_reason"]
    (done,) = await player.says("inform", "de bonen smaken muf")
    assert (done["response"], done["return_number"]) == ("utter_return_registered", "R-400123461")
    assert responses(await player.starts("return_form", "return_item")) == ["utter_ask_return_reason"]
    assert responses(await player.says("inform", "nog steeds muf")) == ["utter_return_already_registered"]


async def test_another_order_instead_of_a_reason_is_a_correction(player):
    await player.starts("return_form", "return_item", **SHIPPED)
    assert responses(await player.says("inform", "sorry, 400123462")) == ["utter_ask_return_reason"]
    assert player.slots["order_number"] == "400123462"
    assert player.slots["return_reason"] is None


async def test_a_return_that_is_too_late_is_a_persons_decision(player, desk):
    await player.starts("return_form", "return_item", order_number="400123459", postcode="5611 EM")
    said = await player.says("inform", "de lamp staat scheef")
    assert responses(said) == ["utter_ticket_opened_return_needs_a_person"]
    assert tickets(desk)[0]["entities"]["return_reason"] == "de lamp staat scheef"


@pytest.mark.parametrize(
    ("number", "postcode", "response", "amount"),
    [
        ("400123457", "1012 WX", "utter_refund_checking", "€ 49,95"),
        ("400123459", "5611 EM", "utter_refund_waiting_for_parcel", "€ 89,00"),
        ("400123460", "2511 CV", "utter_refund_paid", "€ 12,50"),
    ],
)
async def test_a_refund_is_told_as_the_system_has_it(player, number, postcode, response, amount):
    (said,) = await player.starts(
        "refund_status_form", "refund_status", order_number=number, postcode=postcode
    )
    assert (said["response"], said["amount"]) == (response, amount)


async def test_the_first_thing_that_is_said_about_a_refund_is_the_term(player):
    said = await player.starts("refund_status_form", "refund_status")
    assert responses(said) == ["utter_ask_order_number_for_refund_status_form"]


async def test_a_refund_that_the_system_does_not_know_is_looked_into(player, desk):
    said = await player.starts("refund_status_form", "refund_status", **PACKED)
    assert responses(said) == ["utter_ticket_opened_refund_unknown"]
    assert tickets(desk)[0]["reason"] == "decision_needs_a_person"


# Warranty


@pytest.mark.parametrize(
    ("number", "postcode", "days", "first", "second"),
    [
        ("400123457", "1012 WX", 727, "utter_warranty_runs", "utter_ticket_opened_repair"),
        (
            "400123462",
            "3511 AB",
            -70,
            "utter_warranty_ended",
            "utter_ticket_opened_repair_needs_a_person",
        ),
    ],
)
async def test_a_repair_goes_to_a_person_within_and_after_the_warranty(
    player, desk, number, postcode, days, first, second
):
    said = await player.starts("warranty_form", "warranty_repair", order_number=number, postcode=postcode)
    assert responses(said) == ["utter_ask_defect"]
    warranty_said, opened = await player.says("inform", "hij gaat niet meer aan")
    assert warranty_said["response"] == first
    assert warranty_said["until"] == in_words_with_year(TODAY + dt.timedelta(days=days))
    assert opened["response"] == second
    assert tickets(desk)[0]["entities"]["defect"] == "hij gaat niet meer aan"
    assert player.slots["defect"] is None


async def test_a_warranty_that_the_system_does_not_know_is_a_persons_question(player, desk):
    await player.starts("warranty_form", "warranty_repair", **SHIPPED)
    said = await player.says("inform", "de kan lekt")
    assert responses(said) == ["utter_warranty_unknown", "utter_ticket_opened_repair_needs_a_person"]


async def test_nothing_is_said_about_the_warranty_when_there_is_no_ticket(player, desk):
    desk.clear()
    desk.expect_request("/api/tickets").respond_with_data("stuk", status=500)
    await player.starts("warranty_form", "warranty_repair", **SHIPPED)
    assert await player.says("inform", "de kan lekt") == []
    assert player.slots["reply_given"] is False
