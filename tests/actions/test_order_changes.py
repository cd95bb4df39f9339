"""Cancelling and changing an order: demo back office, and a local server as the desk."""

from __future__ import annotations

import pytest

from actions.clients.back_office import back_office
from tests.actions.form_player import responses
from tests.actions.order_support import PACKED, SHIPPED, broken, desk, player, tickets

__all__ = ["broken", "desk", "player"]


async def test_an_order_that_is_being_packed_is_cancelled_after_a_yes(player, desk):
    said = await player.starts("cancel_order_form", "cancel_order", **PACKED)
    assert responses(said) == ["utter_ask_order_cancel_confirmed"]
    assert back_office().orders["400123458"].status == "processing"
    assert responses(await player.says("affirm", "/affirm")) == ["utter_order_cancelled"]
    assert back_office().orders["400123458"].status == "cancelled"
    assert player.slots["order_cancel_confirmed"] is None
    assert tickets(desk) == []


@pytest.mark.parametrize(
    ("intent", "text", "cancelled"),
    [
        ("cancel_order", "ja annuleer hem maar", True),
        ("deny", "nee toch niet", False),
        ("cancel_order", "nee niet annuleren", False),
    ],
)
async def test_yes_and_no_count_however_they_are_classified(player, intent, text, cancelled):
    await player.starts("cancel_order_form", "cancel_order", **PACKED)
    await player.says(intent, text)
    assert (back_office().orders["400123458"].status == "cancelled") is cancelled
    assert player.form is None


async def test_a_doubtful_yes_cancels_nothing(player):
    await player.starts("cancel_order_form", "cancel_order", **PACKED)
    said = await player.says("affirm", "ja maar wacht, alleen als het geld terugkomt")
    assert responses(said) == [
        "utter_order_cancel_confirmed_not_recognised",
        "utter_ask_order_cancel_confirmed",
    ]
    assert back_office().orders["400123458"].status == "processing"


async def test_another_order_at_the_confirmation_is_a_correction(player):
    await player.starts("cancel_order_form", "cancel_order", **SHIPPED)
    said = await player.says("deny", "nee, ik bedoel 400123462")
    assert responses(said) == ["utter_ask_order_cancel_confirmed"]
    assert player.slots["order_number"] == "400123462"
    assert player.slots["order_cancel_confirmed"] is None


@pytest.mark.parametrize("intent", ["talk_to_human", "stop", "opening_hours", "delivery_options"])
async def test_another_question_at_the_confirmation_is_no_answer(player, intent):
    await player.starts("cancel_order_form", "cancel_order", **PACKED)
    assert await player.says(intent, "nee, ik wil eerst iets anders") == []
    assert player.slots["order_cancel_confirmed"] is None


async def test_what_has_left_is_a_persons_decision_and_no_refusal(player, desk):
    await player.starts("cancel_order_form", "cancel_order", **SHIPPED)
    said = await player.says("affirm", "/affirm")
    assert responses(said) == ["utter_ticket_opened_order_cannot_be_cancelled"]
    (ticket,) = tickets(desk)
    assert ticket["reason"] == "decision_needs_a_person"
    assert ticket["entities"]["order_number"] == "400123456"
    assert ticket["verified"] == {"customer_number": "K100001"}


async def test_a_cancellation_that_was_not_proved_cancels_nothing(player, desk):
    player.form = "cancel_order_form"
    player.slots.update(order_number="400123458", order_cancel_confirmed=True)
    await player._run("action_cancel_order")
    assert back_office().orders["400123458"].status == "processing"
    assert player.slots["reply_given"] is False


# Changing


async def test_a_new_address_is_summarised_and_changed_after_a_yes(player):
    said = await player.starts("change_order_form", "change_order", **PACKED)
    assert responses(said) == ["utter_ask_order_change"]
    said = await player.says("inform", '/inform{"order_change": "address"}', order_change="address")
    assert responses(said) == ["utter_ask_delivery_postcode"]
    assert responses(await player.says("inform", "1012 WX")) == ["utter_ask_delivery_house_number"]
    assert responses(await player.says("inform", "12 a")) == ["utter_ask_order_change_confirmed"]
    (done,) = await player.says("affirm", "ja")
    assert done["response"] == "utter_order_address_changed"
    assert (done["delivery_postcode"], done["delivery_house_number"]) == ("1012 WX", "12A")
    assert back_office().orders["400123458"].postcode == "1012 WX"
    assert player.slots["order_change"] is player.slots["delivery_postcode"] is None


async def test_postcode_and_number_in_one_message_are_enough(player):
    await player.starts("change_order_form", "change_order", **PACKED)
    await player.says("inform", "het adres")
    assert responses(await player.says("inform", "1012 WX 12")) == ["utter_ask_order_change_confirmed"]


async def test_the_old_address_is_not_taken_for_the_new_one(player):
    await player.starts("change_order_form", "change_order", order_number="400123458")
    assert responses(await player.says("inform", "9711 LM 7")) == ["utter_ask_order_change"]
    assert player.slots["delivery_house_number"] is None


@pytest.mark.parametrize(
    ("text", "slot", "value"),
    [
        ("nee, 3511 AB", "delivery_postcode", "3511 AB"),
        ("nee, huisnummer 14", "delivery_house_number", "14"),
    ],
)
async def test_a_correction_of_the_new_address_is_confirmed_again(player, text, slot, value):
    await player.starts("change_order_form", "change_order", **PACKED)
    await player.says("inform", "adres")
    await player.says("inform", "1012 WX 12")
    assert responses(await player.says("deny", text)) == ["utter_ask_order_change_confirmed"]
    assert player.slots[slot] == value
    assert player.slots["order_change_confirmed"] is None


async def test_a_no_changes_nothing(player, desk):
    await player.starts("change_order_form", "change_order", **PACKED)
    await player.says("inform", "adres")
    await player.says("inform", "1012 WX 12")
    assert responses(await player.says("deny", "nee")) == ["utter_order_not_changed"]
    assert back_office().orders["400123458"].postcode == "9711 LM"
    assert tickets(desk) == []


async def test_an_address_that_was_left_halfway_is_forgotten(player):
    await player.starts("change_order_form", "change_order", **PACKED)
    await player.says("inform", "adres")
    await player.says("inform", "1012 WX 12")
    player.stops()
    assert responses(await player.starts("change_order_form", "change_order")) == ["utter_ask_order_change"]
    assert player.slots["delivery_postcode"] is None


async def test_any_other_wish_goes_to_a_person_in_the_customers_words(player, desk):
    await player.starts("change_order_form", "change_order", **PACKED)
    said = await player.says("inform", '/inform{"order_change": "other"}', order_change="other")
    assert responses(said) == ["utter_ask_change_wish"]
    said = await player.says("inform", "graag pas volgende week vrijdag bezorgen")
    assert responses(said) == ["utter_ticket_opened_order_change"]
    (ticket,) = tickets(desk)
    assert ticket["entities"]["change_wish"] == "graag pas volgende week vrijdag bezorgen"
    assert player.slots["change_wish"] is None


async def test_a_wish_typed_at_once_is_not_asked_again(player, desk):
    await player.starts("change_order_form", "change_order", **PACKED)
    said = await player.says("change_order", "doe er nog een set zakken bij")
    assert responses(said) == ["utter_ticket_opened_order_change"]
    assert tickets(desk)[0]["entities"]["change_wish"] == "doe er nog een set zakken bij"


async def test_a_new_address_for_what_has_left_goes_to_a_person_with_the_address(player, desk):
    await player.starts("change_order_form", "change_order", **SHIPPED)
    await player.says("inform", "ander adres")
    await player.says("inform", "1012 WX 12")
    assert responses(await player.says("affirm", "ja")) == ["utter_ticket_opened_order_change"]
    entities = tickets(desk)[0]["entities"]
    assert (entities["delivery_postcode"], entities["delivery_house_number"]) == ("1012 WX", "12")
