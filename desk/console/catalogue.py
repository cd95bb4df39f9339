"""Dutch names for stored words (`catalogue.yml`)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import yaml

from tickets.topics import topic_names
from understanding.domain import titles

_FILE = Path(__file__).with_name("catalogue.yml")


@cache
def _names() -> dict[str, dict[str, str]]:
    names: dict[str, dict[str, str]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return names


def name_of(kind: str, word: str) -> str:
    """The Dutch name of a stored word.

    Args:
        kind: a heading of `catalogue.yml`, e.g. `reason`; `intent`, whose names the assistant's domain has; or `topic`,
            whose names stand with the topics.
        word: the stored word; one that is not listed is shown readably.
    """
    return _listed(kind).get(word) or word.replace("_", " ").capitalize()


def choices_of(kind: str, words: Iterable[str] | None = None) -> list[tuple[str, str]]:
    """Stored words with their Dutch names, as a form's choices.

    Args:
        kind: as for `name_of`.
        words: in this order; by default all that are listed, by name.
    """
    if words is not None:
        return [(word, name_of(kind, word)) for word in words]
    return sorted(_listed(kind).items(), key=lambda choice: choice[1].casefold())


@cache
def _listed(kind: str) -> dict[str, str]:
    """The names under a heading; those of intents stand in the assistant's domain, those of topics with the topics."""
    if kind == "topic":
        return topic_names()
    return {**titles(), **_names()[kind]} if kind == "intent" else _names()[kind]
