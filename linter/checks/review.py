"""Every answer with a fact has an owner and a day on which it is looked at again (R20)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from itertools import pairwise

from linter.dialogue import ACTION, INTENT
from linter.domain import Variation
from linter.findings import Finding, at
from linter.project import Project
from linter.words import words

_VARIABLE = re.compile(r"\{\w+\}")
_OWNER, _DATE = "owner", "review_by"


def check(project: Project) -> Iterator[Finding]:
    """Missing owners, missing or past review dates, and dates that break the action server."""
    answers = _answers_to_topics(project)
    for name, response in project.domain.responses.items():
        for variation in response.variations:
            if name in answers or variation.metadata is not None or _has_number(variation):
                yield from _metadata(project, name, variation)
    yield from _dates_without_quotes(project)


def _answers_to_topics(project: Project) -> set[str]:
    """The responses that a rule gives at once to an intent that is a topic."""
    topics = {name for name, intent in project.domain.intents.items() if intent.is_topic}
    return {
        answer.name
        for rule in project.rules
        for path in rule.paths()
        for question, answer in pairwise(path)
        if question.kind == INTENT and question.name in topics and answer.kind == ACTION
    }


def _has_number(variation: Variation) -> bool:
    text = variation.text.text if variation.text else ""
    return words().numbers.search(_VARIABLE.sub("", text)) is not None


def _metadata(project: Project, name: str, variation: Variation) -> Iterator[Finding]:
    metadata = variation.metadata
    owner, date = (metadata.get(_OWNER), metadata.get(_DATE)) if metadata else (None, None)
    if owner is None or not owner.text.strip():
        yield at(metadata or variation.place, "answer-without-owner", response=name)
    if date is None:
        yield at(metadata or variation.place, "answer-without-review-date", response=name)
        return
    try:
        day = dt.date.fromisoformat(date.text)
    except ValueError:
        yield at(date, "review-date-unreadable", date=date.text)
        return
    if day < project.today:
        yield at(date, "review-date-past", response=name, date=date.text, owner=owner.text if owner else "?")


def _dates_without_quotes(project: Project) -> Iterator[Finding]:
    """Rasa sends the domain to the action server as JSON, which has no dates: every action would fail."""
    content = project.domain.content
    for value in content.walk() if content else []:
        if value.is_date:
            yield at(value, "date-without-quotes", date=value.text)
