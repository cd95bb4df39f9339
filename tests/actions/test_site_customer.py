"""A customer whom the site has signed in is asked nothing that proves who it is (docs/contracts.md, section 2)."""

from __future__ import annotations

import hmac

import pytest
from rasa_sdk import Tracker

from actions import invoices, orders, site_customer
from tests.actions.form_player import FormPlayer, responses

SECRET = "geheim-van-deze-test"


def vouched(number: str, sender: str = "c1", secret: str = SECRET) -> dict:
    proof = hmac.new(secret.encode(), f"{sender}\n{number}".encode(), "sha256").hexdigest()
    return {"customer": {"number": number, "proof": proof}}


def tracker(metadata: object, sender: str = "c1") -> Tracker:
    return Tracker(sender, {}, {"metadata": metadata}, [], False, None, {}, "action_listen")


@pytest.fixture(autouse=True)
def _desk(open_desk):
    """The desk and the demonstration's back office."""
    return open_desk


def test_the_desk_vouches_for_a_customer():
    assert site_customer.number(tracker(vouched("K100001"))) == "K100001"


@pytest.mark.parametrize(
    "metadata",
    [
        None,
        {},
        {"customer": None},
        {"customer": "K100001"},
        {"customer": {"number": "K100001"}},
        {"customer": {"number": "K100001", "proof": ""}},
        {"customer": {"number": "K100001", "proof": "\ud800"}},
        {"customer": {"number": 5, "proof": "x"}},
        {"customer": {**vouched("K100001")["customer"], "number": "K100002"}},
        vouched("K100001", sender="c2"),
        vouched("K100001", secret="een ander geheim"),
        {"verified_customer": "K100001"},
    ],
)
def test_nobody_else_can(metadata):
    assert site_customer.number(tracker(metadata)) is None


def test_without_a_secret_nobody_is_believed(monkeypatch):
    monkeypatch.setenv("DESK_SERVICE_TOKEN", "")
    assert site_customer.number(tracker(vouched("K100001", secret=""))) is None


async def test_no_number_and_no_postcode_is_asked():
    player = FormPlayer(
        [invoices.ValidateInvoiceForm(), invoices.ActionSendInvoice()],
        {"invoice_form": "action_send_invoice"},
    )
    player.metadata = vouched("K100001")
    (said,) = await player.starts("invoice_form", "invoice_copy")
    assert (said["response"], said["address"]) == ("utter_newest_invoice_sent", "j***@example.nl")


async def test_somebody_elses_order_stays_closed():
    player = FormPlayer(
        [orders.ValidateOrderStatusForm(), orders.ActionAskOrderNumber(), orders.ActionShowOrderStatus()],
        {"order_status_form": "action_show_order_status"},
    )
    player.metadata = vouched("K100002")
    said = await player.starts("order_status_form", "order_status", "Waar is 400123456?")
    assert "utter_identity_not_found" in responses(said)
