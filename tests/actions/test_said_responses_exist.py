"""Every response that an action can say is in `domain.yml`: a missing one would leave the customer without an answer."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from linter import python_code

ROOT = Path(__file__).resolve().parents[2]
DOMAIN = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
SAID = python_code.read(ROOT).said
OPENED = [name for name in DOMAIN["responses"] if name.startswith("utter_ticket_opened")]
# Words of records that end the name of a response.
STATUSES = [
    *(f"utter_order_{status}" for status in ("processing", "shipped", "delivered", "cancelled")),
    *(f"utter_refund_{status}" for status in ("waiting_for_parcel", "checking", "paid")),
    *(f"utter_ticket_status_{state}" for state in ("open", "assigned", "closed")),
    *(f"utter_ticket_opened_{reason}" for reason in ("not_understood", "verification_failed")),
]


@pytest.mark.parametrize("said", sorted({said.written for said in SAID}))
def test_what_the_actions_say_is_in_the_domain(said):
    pattern = next(each for each in SAID if each.written == said)
    assert [name for name in DOMAIN["responses"] if pattern.matches(name)]


@pytest.mark.parametrize("response", STATUSES)
def test_every_status_has_words(response):
    assert DOMAIN["responses"][response][0]["text"]


@pytest.mark.parametrize("form", DOMAIN["forms"])
def test_every_question_of_a_form_can_be_asked_and_mended(form):
    for slot in DOMAIN["forms"][form]["required_slots"]:
        asking = {f"{kind}_ask_{name}" for kind in ("utter", "action") for name in (slot, f"{form}_{slot}")}
        assert asking & {*DOMAIN["responses"], *DOMAIN["actions"]}, slot
        if f"utter_{slot}_not_recognised" not in DOMAIN["responses"]:
            # Such a form has words of its own for an answer that it does not understand.
            assert any(said.matches(f"utter_{slot}_not_recognised") for said in SAID) is False or form == (
                "contact_form"
            )


@pytest.mark.parametrize("response", OPENED)
def test_every_handover_text_names_the_number_and_the_next_step(response):
    text = DOMAIN["responses"][response][0]["text"]
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
