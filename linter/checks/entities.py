"""Marks of entities in examples and test conversations: `[400123456](order_number)`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from linter.examples import ANNOTATION
from linter.findings import Finding
from linter.project import Project

_LEFTOVER = re.compile(r"\[[^\[\]]*\]|\[|\](?=[({])|\]\s+[({]")


def check(project: Project) -> Iterator[Finding]:
    """Broken marks, and marks with an entity that does not exist."""
    spoken = [(example.file, example.line, example.text) for example in project.training.examples]
    spoken += [
        (step.said.file, line, text)
        for story in project.test_stories
        for step in story.all_steps()
        if step.said
        for line, text in step.said.text_lines()
    ]
    for file, line, text in spoken:
        if "[" in text or "]" in text:
            for code, details in _problems(text, project.domain.entities):
                yield Finding(file, line, code, details)


def _problems(text: str, known: frozenset[str]) -> Iterator[tuple[str, dict[str, object]]]:
    for mark in ANNOTATION.finditer(text):
        entity = mark["entity"] if mark["json"] is None else _entity_of(mark["json"])
        if not mark["text"].strip() or not entity:
            yield "broken-annotation", {"mark": mark[0]}
        elif entity.split(":")[0] not in known:
            yield "unknown-entity", {"entity": entity}
    leftover = _LEFTOVER.search(ANNOTATION.sub("", text))
    if leftover:
        yield "broken-annotation", {"mark": text}


def _entity_of(written: str) -> str:
    """The entity in the long notation `{"entity": "city", "role": "from"}`; empty when it is not JSON."""
    try:
        return str(json.loads(written).get("entity") or "")
    except ValueError:
        return ""
