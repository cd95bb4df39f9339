"""The names and limits of `settings.yml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml


@dataclass(frozen=True)
class Settings:
    """One attribute per key of `settings.yml`, which explains them."""

    human_intent: str
    handover_action: str
    handover_text: str
    ticket_variable: str
    reply_slot: str
    purposes: tuple[str, ...]
    minimum_examples: int
    minimum_examples_of: dict[str, int]
    near_duplicate_similarity: float
    near_duplicate_characters: int
    negations: frozenset[str]
    template_examples: int
    template_words: int
    sentence_words: int
    public_numbers: tuple[str, ...]
    files_without_topic: frozenset[str]
    files_of_every_topic: frozenset[str]


@cache
def settings() -> Settings:
    """Read the settings once."""
    values = yaml.safe_load(Path(__file__).with_name("settings.yml").read_text(encoding="utf-8"))
    values["purposes"] = tuple(values["purposes"])
    values["public_numbers"] = tuple(values["public_numbers"])
    values["negations"] = frozenset(values["negations"])
    for name in ("files_without_topic", "files_of_every_topic"):
        values[name] = frozenset(values[name])
    return Settings(**values)
