"""What is told of a turn: what the assistant made of it, and never what the customer wrote."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet, UserUttered
from rasa.utils.endpoints import EndpointConfig

from turn_events.broker import TurnEvents
from turn_events.record import begins

WORDS = "mijn bsn is 123456782 en ik woon in de Dorpsstraat"


def said(intent: str = "track_order", certainty: float = 0.8, **metadata: Any) -> dict[str, Any]:
    parsed = {
        "text": WORDS,
        "intent": {"name": intent, "confidence": certainty},
        "intent_ranking": [
            {"name": intent, "confidence": certainty},
            {"name": "cancel_order", "confidence": 0.1},
            {"name": "greet", "confidence": 0.05},
        ],
    }
    event = UserUttered(
        WORDS,
        intent=parsed["intent"],
        parse_data=parsed,
        timestamp=100.0,
        metadata={"message_id": "42", "channel": "web", "model_id": "m1"} | metadata,
    )
    return {"sender_id": "klant", **event.as_dict()}


def did(name: str, timestamp: float = 100.5) -> dict[str, Any]:
    return {"sender_id": "klant", **ActionExecuted(name, timestamp=timestamp).as_dict()}


@pytest.fixture
def told() -> list[dict[str, Any]]:
    return []


@pytest.fixture
async def broker(told: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> TurnEvents:
    found = TurnEvents("amqp://127.0.0.1:1")
    monkeypatch.setattr(found, "_send", told.append)
    return found


async def test_a_turn_is_told_once_and_without_words(broker: TurnEvents, told: list[dict[str, Any]]) -> None:
    for event in (
        said(),
        {"sender_id": "klant", **SlotSet("order_number", "400123456").as_dict()},
        did("action_track_order"),
        {"sender_id": "klant", **BotUttered(WORDS).as_dict()},
        did("utter_anything_else"),
        did("action_listen", 101.25),
        did("action_listen", 102.0),
    ):
        broker.publish(event)
    assert told == [
        {
            "version": 1,
            "conversation": "klant",
            "message_id": 42,
            "at": 100.0,
            "seconds": 1.25,
            "intents": [["track_order", 0.8], ["cancel_order", 0.1]],
            "understood": True,
            "actions": ["action_track_order"],
            "model": "m1",
        }
    ]
    assert not any(word in json.dumps(told) for word in ("123456782", "Dorpsstraat", "400123456"))


async def test_what_was_not_understood_names_what_it_looked_like(
    broker: TurnEvents, told: list[dict[str, Any]]
) -> None:
    fallback = said("nlu_fallback", 0.3)
    fallback["parse_data"]["intent_ranking"].insert(1, {"name": "track_order", "confidence": 0.15})
    broker.publish(fallback)
    broker.publish(did("action_listen"))
    assert told[0]["understood"] is False
    assert told[0]["intents"] == [["track_order", 0.15], ["cancel_order", 0.1]]


@pytest.mark.parametrize(
    "event",
    [
        said("session_start"),
        said(message_id="geen nummer"),
        said(message_id=""),
        said() | {"metadata": None},
        did("action_listen"),
        {"event": "user", "text": None, "metadata": {"message_id": "1"}, "parse_data": None},
    ],
    ids=range(6),
)
def test_what_is_no_message_from_the_desk_begins_no_turn(event: dict[str, Any]) -> None:
    assert begins(event) is None


async def test_conversations_do_not_mix(broker: TurnEvents, told: list[dict[str, Any]]) -> None:
    broker.publish(said())
    broker.publish(said(message_id="43") | {"sender_id": "ander"})
    broker.publish(did("action_cancel_order") | {"sender_id": "ander"})
    broker.publish(did("action_listen"))
    assert [(record["message_id"], record["actions"]) for record in told] == [(42, [])]


async def test_without_rabbitmq_the_assistant_starts_and_keeps_the_newest() -> None:
    broker = await asyncio.wait_for(
        TurnEvents.from_endpoint_config(EndpointConfig("amqp://guest:guest@127.0.0.1:1/")), timeout=5
    )
    assert broker is not None
    broker.publish(said())
    broker.publish(did("action_listen"))
    assert [record["message_id"] for record in broker._unpublished_events] == [42]
    await broker.close()
