"""Proving who the customer is, and what is tried without a proof."""

from __future__ import annotations

import pytest

from actions.clients import desk as desk_client
from tests.actions.form_player import responses
from tests.actions.order_support import SHIPPED, broken, desk, player, tickets

__all__ = ["broken", "desk", "player"]


async def test_what_was_guessed_at_too_often_elsewhere_goes_to_a_person(player, desk, monkeypatch):
    monkeypatch.setattr(desk_client, "PROOF_SECONDS", 10)
    desk.clear()
    desk.expect_request(
        "/api/proofs",
        json={"numbers": [SHIPPED["order_number"]], "postcode": SHIPPED["postcode"], "fits": True},
    ).respond_with_json({"is_open": False})
    desk.expect_request("/api/tickets").respond_with_json(
        {
            "number": "T-100042",
            "state": "open",
            "conversation": "c1",
            "employee": None,
            "next_step": "Straks.",
        },
        status=201,
    )
    said = await player.starts("order_status_form", "track_order", **SHIPPED)
    assert responses(said) == ["utter_ticket_opened_verification_failed"]
    assert player.slots["verified_customer"] is None
    assert tickets(desk)[0]["reason"] == "verification_failed"
    assert tickets(desk)[0]["verified"] is None


@pytest.mark.parametrize("body", ["kapot", "[]", "{}", '{"is_open": "nee"}'])
async def test_without_the_desks_count_that_of_the_conversation_holds(player, desk, body, caplog):
    desk.clear()
    desk.expect_request("/api/proofs").respond_with_data(body)
    said = await player.starts("order_status_form", "track_order", **SHIPPED)
    assert responses(said) == ["utter_order_shipped"]
    assert "3511" not in caplog.text


async def test_a_wrong_combination_is_counted_over_all_conversations(player, desk):
    await player.starts("order_status_form", "track_order", order_number="400123456", postcode="9711 LM")
    counted = [request.get_json() for request, _ in desk.log if request.path == "/api/proofs"]
    assert counted[0] == {"numbers": ["400123456"], "postcode": "9711 LM", "fits": False}


async def test_somebody_elses_order_stays_closed_to_a_verified_customer(player):
    await player.starts("order_status_form", "track_order", **SHIPPED)
    said = await player.starts("order_status_form", "track_order", order_number="400123458")
    assert responses(said) == ["utter_identity_not_found", "utter_ask_which_order"]
    assert player.slots["verification_failures"] == 1


async def test_five_wrong_combinations_lock_the_check(player, desk):
    await player.starts("order_status_form", "track_order")
    for attempt in range(5):
        assert tickets(desk) == []
        said = await player.says("inform", order_number=f"40012345{attempt}", postcode="9999 ZZ")
    assert responses(said) == ["utter_ticket_opened_verification_failed"]
    said = await player.starts("order_status_form", "track_order", **SHIPPED)
    assert responses(said) == ["utter_ticket_opened_verification_failed"]
    assert [ticket["verified"] for ticket in tickets(desk)] == [None, None]
