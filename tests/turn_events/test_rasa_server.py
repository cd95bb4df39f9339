"""What an action server answers is still checked, without its schema each time; an event is found by its name, once."""

from __future__ import annotations

import argparse
from typing import Any

import jsonschema
import pytest
import rasa.__main__
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.events import Event, SlotSet
from rasa.shared.utils import common

import rasa_server

GOOD = {
    "events": [{"event": "slot", "timestamp": None, "name": "order_number", "value": "400123456"}],
    "responses": [{"text": "Uw pakket komt morgen.", "buttons": []}],
}


@pytest.fixture(autouse=True)
def with_less_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RemoteAction, "_validate_action_result", RemoteAction._validate_action_result)
    monkeypatch.setattr(Event, "resolve_by_type", staticmethod(Event.resolve_by_type))
    rasa_server.repeat_less()


@pytest.mark.parametrize("answer", [GOOD, {}, {"events": []}, {"responses": [{}], "new": 1}])
def test_what_rasa_accepts_is_accepted(answer: dict[str, Any]) -> None:
    jsonschema.validate(answer, RemoteAction.action_response_format_spec())
    assert RemoteAction("action_x", None)._validate_action_result(answer)


@pytest.mark.parametrize(
    "answer",
    [[], {"events": {}}, {"events": [{"event": "slot"}]}, {"events": [{}]}, {"responses": ["tekst"]}],
)
def test_what_rasa_refuses_is_refused(answer: Any) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(answer, RemoteAction.action_response_format_spec())
    with pytest.raises(jsonschema.ValidationError):
        RemoteAction("action_x", None)._validate_action_result(answer)


def test_the_schema_is_checked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    rasa_server._validator.cache_clear()
    checked: list[Any] = []
    kind = rasa_server.Draft202012Validator
    monkeypatch.setattr(kind, "check_schema", lambda schema: checked.append(schema))
    action = RemoteAction("action_x", None)
    for _ in range(3):
        action._validate_action_result(GOOD)
    assert len(checked) == 1


def test_an_event_is_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[type] = []
    subclasses = common.all_subclasses
    monkeypatch.setattr(common, "all_subclasses", lambda kind: looks.append(kind) or subclasses(kind))
    for value in ("een", "twee"):
        found = Event.from_parameters({"event": "slot", "name": "colour", "value": value})
        assert found == SlotSet("colour", value)
    assert looks.count(Event) == 1  # it looks at the classes below by calling itself
    with pytest.raises(ValueError, match="no_event"):
        Event.resolve_by_type("no_event")


def as_rasa_reads_it(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> argparse.Namespace:
    """What Rasa's own parser makes of the command line that `main` leaves."""
    read: list[argparse.Namespace] = []
    monkeypatch.setattr("sys.argv", ["rasa", *arguments])
    monkeypatch.setattr(
        rasa.__main__, "main", lambda: read.append(rasa.__main__.create_argument_parser().parse_args())
    )
    rasa_server.main()
    return read[0]


# A random token may begin with a dash.
@pytest.mark.parametrize("token", ["geheim", "-geheim"])
def test_the_secret_of_the_api_comes_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    monkeypatch.setenv("RASA_TOKEN", token)
    options = as_rasa_reads_it(monkeypatch, "run", "--port", "5005")
    assert (options.auth_token, options.enable_api, options.port) == (token, True, 5005)


def test_without_a_secret_there_is_no_api(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RASA_TOKEN", raising=False)
    options = as_rasa_reads_it(monkeypatch, "run")
    assert (options.auth_token, options.enable_api) == (None, False)


def test_the_server_starts_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["rasa", "--version"])
    rasa_server.main()
    assert RemoteAction._validate_action_result is rasa_server._validate
