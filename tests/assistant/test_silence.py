"""A form whose validation cannot be reached says nothing: the customer gets a static answer, the desk the signal."""

from __future__ import annotations

import pytest
from rasa.utils.endpoints import EndpointConfig

from tests.assistant.conftest import free_port

UNAVAILABLE = {"assistant_unavailable"}
IN_A_FORM = {
    "a question of a form": ["/track_order"],
    "after a digression that an action answered": ["/track_order", "/repeat"],
    "the offer of contact details": ["/talk_to_human"],
}


@pytest.fixture
def down() -> EndpointConfig:
    return EndpointConfig(f"http://127.0.0.1:{free_port()}/webhook")


def _after(assistant, messages):
    tracker = assistant.begin("customer in a form")
    for count, text in enumerate(messages):
        tracker, _ = assistant.says(tracker, text, f"silence {count}")
    return tracker


@pytest.mark.parametrize("before", IN_A_FORM.values(), ids=IN_A_FORM.keys())
@pytest.mark.parametrize("text", ["ik wil een mens", "bel mij terug alstublieft"])
def test_who_asks_for_a_human_gets_phone_and_mail(assistant, desk, down, before, text):
    _, turn = assistant.says(_after(assistant, before), text, "silence", down)
    assert "085 000 12 34" in turn.texts[0]
    assert "medewerker in te schakelen" in turn.texts[0]
    assert turn.signals == UNAVAILABLE


@pytest.mark.parametrize("before", IN_A_FORM.values(), ids=IN_A_FORM.keys())
def test_who_answers_the_question_gets_phone_and_mail(assistant, desk, down, before):
    _, turn = assistant.says(_after(assistant, before), "400123456", "silence", down)
    assert any("085 000 12 34" in text for text in turn.texts)
    assert turn.signals == UNAVAILABLE


def test_a_new_session_is_no_silence(assistant, desk):
    _, turn = assistant.says(_after(assistant, ["/track_order"]), "/session_start", "silence")
    assert turn.answers == []
