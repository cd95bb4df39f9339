"""Rules, stories and test stories, step by step."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

from linter.values import Value

INTENT = "intent"
ACTION = "action"
LOOP = "loop"
SLOTS = "slots"
OR = "or"
OTHER = "other"
UNKNOWN = "unknown"
_KIND_OF_KEY = {
    "intent": INTENT,
    "action": ACTION,
    "bot": OTHER,
    "user": OTHER,
    "active_loop": LOOP,
    "slot_was_set": SLOTS,
    "or": OR,
    "checkpoint": OTHER,
}
# Words that go with another key of the same step.
_EXTRA_KEYS = {"entities", "metadata"}


@dataclass(frozen=True)
class Step:
    """One step.

    Attributes:
        kind: one of this module's constants.
        place: the value, or the key when Rasa does not know it.
        name: of the intent, action or form; empty for `null` and for other kinds.
        slots: names and values of `slot_was_set`; None when no value is asked for.
        choices: the alternatives of `or`.
        said: what the customer literally says in a test story.
    """

    kind: str
    place: Value
    name: str = ""
    slots: tuple[tuple[str, str | None], ...] = ()
    choices: tuple[Step, ...] = ()
    said: Value | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for steps that mean the same."""
        return (self.kind, self.name, tuple(sorted(self.slots, key=str)))

    def slot(self, name: str) -> str | None:
        """The value that the step asks of a slot, in small letters; None when it does not name the slot."""
        return next((value.lower() for slot, value in self.slots if slot == name and value), None)


@dataclass(frozen=True)
class Story:
    """A rule or a story: `name` is its description."""

    name: Value
    steps: list[Step]
    conditions: list[Step] = field(default_factory=list)
    only_at_start: bool = False
    waits: bool = True

    @property
    def situation(self) -> tuple[object, ...]:
        """When it applies, before its first step; equal for stories that apply at the same moments."""
        return (self.only_at_start, frozenset(step.key for step in self.conditions))

    def paths(self) -> list[list[Step]]:
        """The steps, once for every combination of the alternatives in an `or`."""
        choices = [step.choices if step.kind == OR else (step,) for step in self.steps]
        return [list(path) for path in itertools.product(*choices)]

    def all_steps(self) -> list[Step]:
        """Conditions, steps and alternatives, in one list."""
        return [inner for step in (*self.conditions, *self.steps) for inner in (step, *step.choices)]


def read(files: list[Value], section: str) -> list[Story]:
    """Take the rules or stories of training files apart.

    Args:
        files: contents of files.
        section: `rules` or `stories`.
    """
    listed = [file.get(section) for file in files]
    return [_story(item) for value in listed if value for item in value.items()]


def _story(item: Value) -> Story:
    conditions, steps = item.get("condition"), item.get("steps")
    start, waits = item.get("conversation_start"), item.get("wait_for_user_input")
    return Story(
        name=item.get("rule") or item.get("story") or item,
        steps=[_step(step) for step in steps.items()] if steps else [],
        conditions=[_step(step) for step in conditions.items()] if conditions else [],
        only_at_start=start is not None and start.boolean is True,
        waits=waits is None or waits.boolean is not False,
    )


def _step(item: Value) -> Step:
    unknown = [key for key, _ in item.pairs() if key.text not in _KIND_OF_KEY and key.text not in _EXTRA_KEYS]
    if unknown:
        return Step(UNKNOWN, unknown[0], name=unknown[0].text)
    for key, value in item.pairs():
        kind = _KIND_OF_KEY.get(key.text)
        if kind == INTENT:
            # A payload may follow the name, as in `inform{"order_number": "400123456"}`.
            return Step(INTENT, value, name=value.text.split("{")[0].strip(), said=item.get("user"))
        if kind in (ACTION, LOOP):
            return Step(kind, value, name=value.text)
        if kind == SLOTS:
            return Step(SLOTS, value, slots=_slots(value))
        if kind == OR:
            return Step(OR, value, choices=tuple(_step(choice) for choice in value.items()))
    return Step(OTHER, item, said=item.get("user"))


def _slots(value: Value) -> tuple[tuple[str, str | None], ...]:
    slots: list[tuple[str, str | None]] = []
    for item in value.items():
        slots += [
            (name.text, "null" if set_to.is_null else set_to.text) for name, set_to in item.pairs()
        ] or [(item.text, None)]
    return tuple(slots)
