"""What customers write is in no record, whoever logs it and however."""

from __future__ import annotations

import json
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

import log_privacy

SECRETS = [
    "123456782",
    "NL91ABNA0417164300",
    "fleur.kastelein@example.nl",
    "Geheim99!",
    "4111 1111 1111 1111",
]
SENTENCE = (
    "mijn bsn is 123456782, rekening NL91ABNA0417164300, mail fleur.kastelein@example.nl, kaart 4111 1111 1111 1111, "
    "wachtwoord: Geheim99!"
)


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    log_privacy.install()
    caplog.set_level(logging.DEBUG)
    return caplog


def assert_private(caplog: pytest.LogCaptureFixture) -> None:
    assert caplog.text
    for secret in SECRETS:
        assert secret not in caplog.text


def test_a_message_that_timed_out(said: pytest.LogCaptureFixture) -> None:
    record = {
        "text": "ik heet Fleur. " + SENTENCE,
        "event": "rest.message.received.timeout",
        "level": "error",
    }
    logging.getLogger("rasa.core.channels.rest").error(json.dumps(record))
    assert_private(said)
    assert "Fleur" not in said.text
    assert "rest.message.received.timeout" in said.text


def test_a_conversation_that_could_not_be_stored(said: pytest.LogCaptureFixture) -> None:
    logging.getLogger("rasa.core.tracker_store").error(
        f"Error happened when trying to save: database or disk is full\n[parameters: ('x', '{SENTENCE} Fleur')]"
    )
    assert_private(said)
    assert "Fleur" not in said.text
    assert "disk is full" in said.text


def test_an_error_with_a_customers_words(said: pytest.LogCaptureFixture) -> None:
    try:
        try:
            raise KeyError(SENTENCE)
        except KeyError as error:
            raise ValueError(f"Fleur: {SENTENCE}") from error
    except ValueError:
        logging.getLogger("sanic.error").exception("a request failed")
    assert_private(said)
    assert "Fleur" not in said.text
    assert "KeyError" in said.text
    assert "ValueError" in said.text
    assert "test_log_privacy.py" in said.text


@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO, logging.WARNING, logging.CRITICAL])
def test_a_plain_message_with_arguments(said: pytest.LogCaptureFixture, level: int) -> None:
    logging.getLogger("anything").log(level, "received %s", SENTENCE)
    assert_private(said)
    assert "received" in said.text


def test_a_record_whose_arguments_do_not_fit(said: pytest.LogCaptureFixture) -> None:
    logging.getLogger("anything").error("%d", SENTENCE)
    assert_private(said)


@pytest.mark.parametrize(
    "message",
    [
        "Starting Rasa server on http://127.0.0.1:5005",
        "Goin' Fast @ http://127.0.0.1:5055",
        "action_show_order_status failed: NeedsAPersonError",
        "Loading model models/aanspreekpunt-80aa09700ad6.tar.gz...",
    ],
)
def test_what_an_operator_needs_stays(message: str) -> None:
    assert log_privacy.safe(message) == message


def test_installed_twice_is_installed_once() -> None:
    log_privacy.install()
    factory = logging.getLogRecordFactory()
    log_privacy.install()
    assert logging.getLogRecordFactory() is factory


@given(st.text())
def test_any_text_can_be_logged(text: str) -> None:
    assert isinstance(log_privacy.safe(text), str)
    assert log_privacy.safe("{" + text) is not None


@given(st.sampled_from(SECRETS), st.text(alphabet="abc ,.\"'{}[]\n", max_size=40))
def test_a_number_is_found_in_any_sentence(secret: str, around: str) -> None:
    if secret != "Geheim99!":
        assert secret not in log_privacy.safe(f"{around} {secret} {around}")
