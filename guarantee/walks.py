"""Random conversations: real and hostile messages, buttons, answers, faults; a human is asked for after each turn."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from guarantee.checks import after_a_message
from guarantee.explore import Limits, ask_once
from guarantee.faults import Fault
from guarantee.findings import Findings
from guarantee.hostile import hostile
from guarantee.inputs import leading
from guarantee.players import Players
from guarantee.world import State, Step, World
from nlu.evaluation.crossval import read_training_data

_FAULTS = [fault for fault in Fault if fault is not Fault.NONE]
# Of ten messages: answers and buttons, sentences of the training data, hostile ones.
_WEIGHTS = (5, 3, 2)
_CHANCE_OF_A_FAULT = 0.1


@dataclass(frozen=True)
class Walk:
    """One walk.

    Attributes:
        seed: decides everything that the customer does.
        turns: messages.
        asked: states in which a human was asked for already.
    """

    seed: str
    turns: int
    asked: frozenset[str]


def walk_about(
    players: Players, findings: Findings, seed: int, limits: Limits, progress: Callable[[Findings], None]
) -> None:
    """Make the walks of `limits`, and add what they show to `findings`."""
    asked = frozenset(findings.states)
    walks = [Walk(f"{seed} {count}", limits.walk_turns, asked) for count in range(limits.walks)]
    for part in players.each(walk, walks):
        findings.merge(part)
        progress(findings)


def walk(world: World, job: Walk) -> Findings:
    """Make one walk; a human is asked for in each new state."""
    findings, chance, state = Findings(), random.Random(job.seed), world.begin()
    sentences = _sentences(world.data)
    for _ in range(job.turns):
        before, state = state, world.step(state, _message(state, sentences, chance))
        findings.note(before, state)
        findings.add(after_a_message(world, before, state), state.steps, asked_human=False)
        ask_once(world, findings, state, chance, job.asked)
    return findings


@cache
def _sentences(data: Path) -> list[str]:
    return sorted({sentence.text for sentence in read_training_data(data)})


def _message(state: State, sentences: list[str], chance: random.Random) -> Step:
    fault = chance.choice(_FAULTS) if chance.random() < _CHANCE_OF_A_FAULT else Fault.NONE
    ahead = [step.text for step in leading(state)] or sentences
    kind = chance.choices((ahead, sentences, None), weights=_WEIGHTS)[0]
    text = hostile(chance) if kind is None else chance.choice(kind)
    # The desk takes the slash from what no button offered (docs/contracts.md, section 2).
    offered = state.last.payloads if state.last else ()
    if kind is None and text.startswith("/") and text not in offered:
        text = text.lstrip("/") or "?"
    return Step(text, fault)
