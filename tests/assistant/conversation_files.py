"""Reads the test conversations of `tests/conversations/` as turns: what the customer says and what must happen then."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from rasa.shared.nlu.training_data import entities_parser

FOLDER = Path(__file__).resolve().parents[1] / "conversations"


@dataclass
class ExpectedTurn:
    """One message of the customer, and what the conversation says about it.

    Attributes:
        text: as the customer types it, without the marks of entities.
        intent: as it must be understood.
        actions: that must be done, in order.
        slots: values that slots must get.
        loop: the form that must be active afterwards; absent when the conversation does not say.
    """

    text: str
    intent: str
    actions: list[str] = field(default_factory=list)
    slots: list[tuple[str, Any]] = field(default_factory=list)
    loop: list[str | None] = field(default_factory=list)

    @property
    def assistant_fails(self) -> bool:
        """Whether this turn is about an action server or a desk that does not work."""
        return ("reply_given", False) in self.slots


@dataclass
class Story:
    """A test conversation."""

    name: str
    turns: list[ExpectedTurn]


def stories() -> Iterator[Story]:
    """All of them, in the order of their files."""
    for path in sorted(FOLDER.rglob("test_*.yml")):
        for story in yaml.safe_load(path.read_text(encoding="utf-8"))["stories"]:
            yield Story(f"{path.parent.name}: {story['story']}", _turns(story["steps"]))


def _turns(steps: list[dict[str, Any]]) -> list[ExpectedTurn]:
    turns: list[ExpectedTurn] = []
    for step in steps:
        if "user" in step:
            text = entities_parser.replace_entities(step["user"].strip())
            turns.append(ExpectedTurn(text, step["intent"]))
        elif "intent" in step:
            turns.append(ExpectedTurn(_pressed(step), step["intent"]))
        # What a conversation says before the first message is how it begins; the real assistant begins so by itself.
        elif turns and "action" in step:
            turns[-1].actions.append(step["action"])
        elif turns and "slot_was_set" in step:
            turns[-1].slots += [pair for values in _listed(step["slot_was_set"]) for pair in values.items()]
        elif turns and "active_loop" in step:
            turns[-1].loop = [step["active_loop"]]
    return turns


def _pressed(step: dict[str, Any]) -> str:
    """The payload of the button that an intent without a text stands for."""
    entities = {name: value for entity in step.get("entities", []) for name, value in entity.items()}
    return f"/{step['intent']}{json.dumps(entities) if entities else ''}"


def _listed(values: Any) -> list[dict[str, Any]]:
    return values if isinstance(values, list) else [values]
