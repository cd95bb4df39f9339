"""What an action server answers is still checked; its schema, a constant, is not checked again at each action."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from rasa.core.actions.action import RemoteAction

import rasa_server

GOOD = {
    "events": [{"event": "slot", "timestamp": None, "name": "order_number", "value": "400123456"}],
    "responses": [{"text": "Uw pakket komt morgen.", "buttons": []}],
}


@pytest.fixture(autouse=True)
def checked_by_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RemoteAction, "_validate_action_result", RemoteAction._validate_action_result)
    rasa_server.check_answers_only()


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


def test_the_server_starts_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["rasa", "--version"])
    rasa_server.main()
    assert RemoteAction._validate_action_result is rasa_server._validate
