"""Rules, stories, buttons and code name only what exists."""

from __future__ import annotations

import json
from collections.abc import Iterator

from linter.dialogue import ACTION, INTENT, LOOP, SLOTS, UNKNOWN, Step
from linter.findings import Finding, at
from linter.project import Project
from linter.rasa_names import RASA_ACTIONS, RASA_INTENTS, RASA_SLOTS


def known_intents(project: Project) -> set[str]:
    """The domain's intents and Rasa's own."""
    return {*project.domain.intents, *RASA_INTENTS}


def check(project: Project) -> Iterator[Finding]:
    """Names that lead nowhere."""
    for story in (*project.rules, *project.stories, *project.test_stories):
        for step in story.all_steps():
            yield from _step(project, step)
    for form in project.domain.forms.values():
        for slot in form.slots:
            if slot.text not in project.domain.slots:
                yield at(slot, "unknown-slot", slot=slot.text)
        for intent in form.ignored_intents.items() if form.ignored_intents else []:
            if intent.text not in known_intents(project):
                yield at(intent, "unknown-intent", intent=intent.text)
    yield from _code(project)


def _step(project: Project, step: Step) -> Iterator[Finding]:
    domain = project.domain
    if step.kind == UNKNOWN:
        yield at(step.place, "unknown-step", step=step.name)
    elif step.kind == INTENT and step.name not in known_intents(project):
        yield at(step.place, "unknown-intent", intent=step.name)
    elif step.kind == ACTION and step.name.startswith("utter_"):
        if step.name not in domain.responses:
            yield at(step.place, "missing-response", response=step.name)
    elif step.kind == ACTION and step.name not in {*domain.actions, *domain.forms, *RASA_ACTIONS}:
        yield at(step.place, "unknown-action", action=step.name)
    elif step.kind == LOOP and step.name and step.name not in domain.forms:
        yield at(step.place, "unknown-form", form=step.name)
    elif step.kind == SLOTS:
        for slot, _ in step.slots:
            if slot not in {*domain.slots, *RASA_SLOTS}:
                yield at(step.place, "unknown-slot", slot=slot)


def _code(project: Project) -> Iterator[Finding]:
    """The action server and the domain know the same actions and responses."""
    domain, code = project.domain, project.code
    for name, place in domain.actions.items():
        if name not in code.actions and not name.startswith("utter_"):
            yield at(place, "action-without-code", action=name)
    for name, (file, line) in code.actions.items():
        if name not in domain.actions:
            yield Finding(file, line, "action-not-in-domain", {"action": name})
    for said in code.said:
        if not any(said.matches(name) for name in domain.responses):
            yield Finding(said.file, said.line, "missing-response", {"response": said.written})


def payload_problem(project: Project, payload: str) -> tuple[str, dict[str, object]] | None:
    """What is wrong with a button's payload such as `/inform{"order_number": "400123456"}`.

    Returns:
        A code with its details, or None when the payload is fine.
    """
    intent, brace, entities = payload.removeprefix("/").partition("{")
    if not payload.startswith("/"):
        return "payload-without-slash", {"payload": payload}
    if intent not in known_intents(project):
        return "button-to-unknown-intent", {"intent": intent}
    try:
        json.loads(brace + entities or "{}")
    except ValueError:
        return "broken-payload", {"payload": payload}
    return None
