"""No promise that is not kept: tickets are said with their number, and a failing action leads to an answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from linter.dialogue import ACTION, SLOTS, Step, Story
from linter.findings import Finding, at
from linter.project import Project
from linter.settings import settings
from linter.values import Value
from linter.words import words


def check(project: Project) -> Iterator[Finding]:
    """Texts about tickets, and rules without an answer for when the action server is down."""
    yield from _texts(project)
    yield from _said_by_rules(project)
    yield from _safety_branches(project)


def _texts(project: Project) -> Iterator[Finding]:
    number = "{" + settings().ticket_variable + "}"
    for name, response in project.domain.responses.items():
        for text in filter(None, (variation.text for variation in response.variations)):
            if name.startswith(settings().handover_text):
                if number not in text.text:
                    yield at(text, "handover-without-number", response=name, variable=number)
            elif promise := words().promise.search(text.text):
                yield at(text, "promise-without-ticket", text=promise[0], prefix=settings().handover_text)


def _said_by_rules(project: Project) -> Iterator[Finding]:
    """Rasa goes on with the next step of a rule also when the action that opens the ticket failed."""
    for story in (*project.rules, *project.stories):
        for step in story.all_steps():
            if step.kind == ACTION and step.name.startswith(settings().handover_text):
                yield at(step.place, "handover-said-by-rule", response=step.name)


@dataclass
class _Branches:
    """What the rules do after one custom action in one situation."""

    action: str
    first: Value
    failed: bool = False
    unguarded: list[Value] = field(default_factory=list)


def _safety_branches(project: Project) -> Iterator[Finding]:
    """Each custom action in a rule needs a branch for `reply_given: false` that ends in a static response."""
    found: dict[tuple[object, ...], _Branches] = {}
    for rule in project.rules:
        for path in rule.paths():
            _collect(project, rule, path, found)
    reported: set[tuple[str, int]] = set()
    for branches in found.values():
        places = branches.unguarded or ([] if branches.failed else [branches.first])
        for place in places:
            # Both alternatives of an `or` pass the same line.
            if (place.file, place.line) not in reported:
                reported.add((place.file, place.line))
                yield at(
                    place, "action-without-safety-net", action=branches.action, slot=settings().reply_slot
                )


def _collect(
    project: Project, rule: Story, path: list[Step], found: dict[tuple[object, ...], _Branches]
) -> None:
    before: list[object] = [*rule.situation]
    for number, step in enumerate(path):
        before.append(step.key)
        if step.kind == ACTION and step.name in project.domain.actions and not step.name.startswith("utter_"):
            branches = found.setdefault(tuple(before), _Branches(step.name, step.place))
            following = path[number + 1] if number + 1 < len(path) else None
            replied = following.slot(settings().reply_slot) if following and following.kind == SLOTS else None
            if replied == "false" and any(_is_response(later) for later in path[number + 2 :]):
                branches.failed = True
            elif replied != "true":
                branches.unguarded.append(step.place)


def _is_response(step: Step) -> bool:
    return step.kind == ACTION and step.name.startswith("utter_")
