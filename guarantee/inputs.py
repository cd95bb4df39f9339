"""What a customer can do in a state: every intent, every button, answers to the question, also while parts are broken."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import yaml

from guarantee.faults import Fault
from guarantee.identity import place
from guarantee.world import State, Step, World

_FOLDER = Path(__file__).parent
# The desk sends the last one when an employee hands a conversation back.
_NOT_IN_THE_DOMAIN = ("nlu_fallback", "session_start")
# What needs the action server, outside any form.
_NEEDS_ACTIONS = (
    "/track_order",
    "/cancel_subscription",
    "/nlu_fallback",
    "/affirm",
    "/repeat",
    "/ticket_status",
)


@cache
def human_requests() -> tuple[str, ...]:
    """The wordings of `human_requests.txt`."""
    lines = (_FOLDER / "human_requests.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))


@cache
def answers_to(slot: str) -> tuple[str, ...]:
    """Answers to a form's question, those to any question included; none outside a form."""
    known = yaml.safe_load((_FOLDER / "answers.yml").read_text(encoding="utf-8"))
    return (*known.get(slot, ()), *known["always"]) if slot else ()


def intents(world: World) -> list[str]:
    """Every intent that a message can have."""
    declared = world.assistant.agent.domain.intents
    builtin = {"back", "out_of_scope", "restart", "session_start", "nlu_fallback"}
    own = [name for name in declared if name not in builtin or name == "out_of_scope"]
    return sorted({*own, *_NOT_IN_THE_DOMAIN})


def leading(state: State) -> Iterator[Step]:
    """What brings the conversation further: the buttons that are offered, and answers to the question."""
    offered = state.last.payloads if state.last else ()
    _, slot = place(state)
    for text in dict.fromkeys((*offered, *answers_to(slot))):
        yield Step(text)


def every(world: World, state: State) -> Iterator[Step]:
    """All inputs of a state, in a fixed order: those that lead further come first."""
    yield from leading(state)
    for name in intents(world):
        yield Step(f"/{name}")
    _, slot = place(state)
    for fault in Fault:
        if fault is not Fault.NONE:
            for text in (*answers_to(slot)[:2], *_NEEDS_ACTIONS):
                yield Step(text, fault)


def some(world: World, state: State, chance: random.Random, count: int) -> list[Step]:
    """What leads further, and a seeded choice of `count` of the rest."""
    first = list(leading(state))
    rest = [step for step in every(world, state) if step not in set(first)]
    return [*first, *chance.sample(rest, min(count, len(rest)))]
