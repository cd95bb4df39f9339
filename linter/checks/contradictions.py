"""Rules that tell the assistant two different things in the same situation."""

from __future__ import annotations

from collections.abc import Iterator

from linter.dialogue import ACTION, INTENT, Step, Story
from linter.findings import Finding, at
from linter.project import Project
from linter.values import Value

_LISTEN = "action_listen"
Situation = tuple[object, ...]


def check(project: Project) -> Iterator[Finding]:
    """Contradictory rules, rules that go on after the answer, and rules with the same name."""
    names: dict[str, Value] = {}
    decided: dict[Situation, tuple[str, Value]] = {}
    for rule in project.rules:
        other = names.setdefault(rule.name.text, rule.name)
        if other is not rule.name:
            yield at(rule.name, "same-rule-name", rule=rule.name.text, other=_place(other))
        for path in rule.paths():
            asked = [step for step in path if step.kind == INTENT]
            if len(asked) > 1:
                yield at(asked[1].place, "rule-with-two-messages", rule=rule.name.text)
            else:
                yield from _contradictions(rule, path, decided)


def _contradictions(
    rule: Story, path: list[Step], decided: dict[Situation, tuple[str, Value]]
) -> Iterator[Finding]:
    """Compare each decision of a rule with what an earlier rule decides in the same situation."""
    for situation, action, place in _decisions(rule, path):
        earlier, where = decided.setdefault(situation, (action, place))
        if earlier != action:
            yield at(
                place,
                "contradictory-rules",
                rule=rule.name.text,
                action=_in_words(action),
                earlier=_in_words(earlier),
                other=_place(where),
            )
            return


def _decisions(rule: Story, path: list[Step]) -> Iterator[tuple[Situation, str, Value]]:
    """What the rule does, with everything that went before. Waiting for the customer is a decision too."""
    before: list[object] = [*rule.situation]
    acted = False
    for step in path:
        if step.kind == ACTION:
            yield tuple(before), step.name, step.place
            acted = True
        before.append(step.key)
    if acted and rule.waits:
        yield tuple(before), _LISTEN, rule.name


def _in_words(action: str) -> str:
    return "wachten op de klant" if action == _LISTEN else action


def _place(value: Value) -> str:
    return f"{value.file}:{value.line}"
