"""Every response is said, and shows what it says it shows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from importers.organisation import FACT_SLOTS
from linter.checks.names import payload_problem
from linter.dialogue import ACTION
from linter.domain import Response
from linter.findings import Finding, at
from linter.project import Project
from linter.values import Value

_VARIABLE = re.compile(r"\{(\w+)\}")
# What Rasa itself says when no rule applies.
_SAID_BY_RASA = {"utter_default"}


def check(project: Project) -> Iterator[Finding]:
    """Responses that nobody says, that are empty, or whose variables or buttons do not work."""
    by_rule = said_by_rules(project)
    for name, response in project.domain.responses.items():
        if name not in by_rule and not project.code.says(name):
            yield at(response.place, "unused-response", response=name)
        for variation in response.variations:
            if variation.text is None or not variation.text.text.strip():
                yield at(variation.place, "empty-response", response=name)
            else:
                yield from _variables(project, response, variation.text, static=name in by_rule)
            for button in variation.buttons:
                yield from _button(project, button)


def said_by_rules(project: Project) -> set[str]:
    """The responses that are said without an action: by a rule or story, by a form as its question, or by Rasa itself."""
    steps = (step for story in (*project.rules, *project.stories) for step in story.all_steps())
    questions = {
        f"utter_ask_{name}"
        for form in project.domain.forms.values()
        for slot in form.slots
        for name in (slot.text, f"{form.name}_{slot.text}")
    }
    return {*_SAID_BY_RASA, *questions, *(step.name for step in steps if step.kind == ACTION)}


def _variables(project: Project, response: Response, text: Value, static: bool) -> Iterator[Finding]:
    """A variable comes from a slot, from the organisation's facts, or from the action that says the response."""
    slots = {*project.domain.slots, *FACT_SLOTS}
    for variable in sorted(set(_VARIABLE.findall(text.text)) - slots):
        if static or not project.code.fills(response.name, variable):
            yield at(text, "unfilled-variable", variable="{" + variable + "}", response=response.name)


def _button(project: Project, button: Value) -> Iterator[Finding]:
    title, payload = button.get("title"), button.get("payload")
    if title is None or not title.text.strip():
        yield at(button, "button-without-title")
    if payload is None or not payload.text.strip():
        yield at(button, "button-without-payload")
    elif problem := payload_problem(project, payload.text):
        code, details = problem
        yield at(payload, code, **details)
