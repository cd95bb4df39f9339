"""Enough examples, each written as one, of intents that exist."""

from __future__ import annotations

from collections.abc import Iterator

from linter.findings import Finding, at
from linter.project import Project
from linter.settings import settings


def check(project: Project) -> Iterator[Finding]:
    """Intents with too few examples, lines that are no example, and examples of an unknown intent."""
    yield from project.training.odd
    seen = set()
    for block in project.training.blocks:
        intent = block.text
        if intent in seen:
            continue
        seen.add(intent)
        if intent not in project.domain.intents:
            yield at(block, "examples-of-unknown-intent", intent=intent)
            continue
        count = len(project.training.by_intent.get(intent, []))
        minimum = settings().minimum_examples_of.get(intent, settings().minimum_examples)
        # No example at all is a finding of its own.
        if 0 < count < minimum:
            yield at(block, "too-few-examples", intent=intent, count=count, minimum=minimum)
