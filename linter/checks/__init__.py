"""Every check: a function from a project to its findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from linter.checks import (
    contradictions,
    duplicates,
    entities,
    example_counts,
    facts,
    forms,
    handover,
    human,
    intents,
    language,
    names,
    organisation,
    responses,
    review,
    topics,
)
from linter.findings import Finding
from linter.project import Project

Check = Callable[[Project], Iterator[Finding]]

ALL: tuple[Check, ...] = (
    contradictions.check,
    duplicates.check,
    entities.check,
    example_counts.check,
    facts.check,
    forms.check,
    handover.check,
    human.check,
    intents.check,
    language.check,
    names.check,
    organisation.check,
    responses.check,
    review.check,
    topics.check,
)
