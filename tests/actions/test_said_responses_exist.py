"""Every response that an action can say is in `domain.yml`: a missing one would leave the customer without an answer."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
DOMAIN = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
ORDER_STATES = ("processing", "shipped", "delivered", "cancelled")
TICKET_STATES = ("open", "assigned", "closed")
OPENED = ("", "_not_understood", "_verification_failed", "_cancellation", "_return_needs_a_person")


@pytest.mark.parametrize(
    "response",
    [
        *(f"utter_order_{state}" for state in ORDER_STATES),
        *(f"utter_ticket_status_{state}" for state in (*TICKET_STATES, "none", "elsewhere")),
        *(f"utter_ticket_opened{kind}" for kind in OPENED),
        *(f"utter_{slot}_not_recognised" for slot in ("order_number", "postcode")),
        *(f"utter_ask_{slot}" for slot in ("order_number", "postcode", "return_reason")),
        "utter_order_not_found",
        "utter_return_registered",
        "utter_return_already_registered",
        "utter_clarify",
        "utter_default",
    ],
)
def test_response_is_in_the_domain(response):
    assert DOMAIN["responses"][response][0]["text"]


@pytest.mark.parametrize("kind", OPENED)
def test_every_handover_text_names_the_number_and_the_next_step(kind):
    text = DOMAIN["responses"][f"utter_ticket_opened{kind}"][0]["text"]
    assert "{ticket_number}" in text
    assert "{next_step}" in text


def test_no_other_text_promises_a_ticket():
    promising = [
        name
        for name, variations in DOMAIN["responses"].items()
        for variation in variations
        if "ticketnummer is" in variation["text"] and not name.startswith("utter_ticket_opened")
    ]
    assert promising == []


@pytest.mark.parametrize("form", DOMAIN["forms"])
def test_every_form_lets_a_human_request_through(form):
    assert "talk_to_human" in DOMAIN["forms"][form]["ignored_intents"]


def test_no_free_text_slot_takes_a_human_request():
    free = [m for slot in DOMAIN["slots"].values() for m in slot["mappings"] if m["type"] == "from_text"]
    assert free
    for mapping in free:
        # A slot for one intent takes that one only.
        assert mapping.get("intent") or "talk_to_human" in mapping["not_intent"]
        assert "talk_to_human" not in mapping.get("intent", [])
