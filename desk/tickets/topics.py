"""What a ticket is about: the topic of its intent (`topics.yml`). Intents of the conversation itself have none."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TypedDict

import yaml

_FILE = Path(__file__).with_name("topics.yml")


class _Topic(TypedDict):
    name: str
    intents: list[str]


@cache
def _listed() -> dict[str, _Topic]:
    found: dict[str, _Topic] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return found


@cache
def topics() -> dict[str, tuple[str, ...]]:
    """The intents of each topic."""
    return {topic: tuple(entry["intents"]) for topic, entry in _listed().items()}


@cache
def topic_names() -> dict[str, str]:
    """The Dutch name of each topic."""
    return {topic: entry["name"] for topic, entry in _listed().items()}


@cache
def _by_intent() -> dict[str, str]:
    return {intent: topic for topic, intents in topics().items() for intent in intents}


def topic_of(intent: str) -> str:
    """The topic of an intent; empty when it has none or is not known here."""
    return _by_intent().get(intent, "")
