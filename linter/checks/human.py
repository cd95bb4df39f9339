"""A customer who asks for a human gets one, in every state, without a question first."""

from __future__ import annotations

from collections.abc import Iterator

from linter.dialogue import ACTION, INTENT, LOOP, Step, Story
from linter.findings import Finding, at
from linter.project import Project
from linter.settings import settings

_LEAVE_FORM = "action_deactivate_loop"


def check(project: Project) -> Iterator[Finding]:
    """The rules for the human request, and whether every form lets it through."""
    human = settings().human_intent
    intent = project.domain.intents.get(human)
    if intent is None and project.domain.content is not None:
        yield at(project.domain.content, "no-human-intent", intent=human)
    if intent is not None and not intent.is_topic:
        yield at(intent.offer or intent.place, "human-not-offered", intent=human)
    rules = [(rule, path) for rule in project.rules for path in rule.paths() if _asks(path, human)]
    if intent is not None and not rules:
        yield at(intent.place, "human-rule-missing", intent=human)
    for rule, path in rules:
        yield from _rule(rule, path, human)
    yield from _forms(project, human)


def _asks(path: list[Step], human: str) -> bool:
    return any(step.kind == INTENT and step.name == human for step in path)


def _rule(rule: Story, path: list[Step], human: str) -> Iterator[Finding]:
    """One rule: no condition, then out of the form, then the ticket, and nothing in between."""
    start = next(number for number, step in enumerate(path) if step.kind == INTENT and step.name == human)
    if rule.conditions or rule.only_at_start or start > 0:
        yield at(rule.name, "human-rule-conditional", rule=rule.name.text)
        return
    handover = settings().handover_action
    after = path[start + 1 :]
    actions = [step for step in after if step.kind == ACTION]
    if handover not in [step.name for step in actions]:
        yield at(rule.name, "human-rule-without-ticket", rule=rule.name.text, action=handover)
        return
    first = [step.name for step in actions].index(handover)
    for step in actions[:first]:
        if step.name != _LEAVE_FORM:
            yield at(step.place, "human-asked-first", action=step.name, handover=handover)
            return
    leaves = [step for step in after[: after.index(actions[first])] if step.kind == LOOP and not step.name]
    if first == 0 or not leaves:
        yield at(rule.name, "human-rule-stays-in-form", rule=rule.name.text)


def _forms(project: Project, human: str) -> Iterator[Finding]:
    """Rasa takes "ik wil een mens" for the value that a form asks, unless the form and its slots say otherwise."""
    for form in project.domain.forms.values():
        if not form.ignored_intents or human not in form.ignored_intents.names():
            yield at(
                form.ignored_intents or form.place, "form-without-human-exit", form=form.name, intent=human
            )
    for name, slot in project.domain.slots.items():
        mappings = slot.get("mappings")
        for mapping in mappings.items() if mappings else []:
            kind, excluded, only = mapping.get("type"), mapping.get("not_intent"), mapping.get("intent")
            takes_any_text = kind is not None and kind.text == "from_text" and only is None
            if takes_any_text and (not excluded or human not in excluded.names()):
                yield at(excluded or mapping, "slot-takes-human-request", slot=name, intent=human)
