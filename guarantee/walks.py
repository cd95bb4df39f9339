"""Random conversations: real and hostile messages, buttons, answers, faults; a human is asked for after each turn."""

from __future__ import annotations

import random
from collections.abc import Callable

from guarantee.checks import after_a_message
from guarantee.explore import Limits, ask_once
from guarantee.faults import Fault
from guarantee.findings import Findings
from guarantee.hostile import hostile
from guarantee.inputs import leading
from guarantee.world import State, Step, World
from nlu.evaluation.crossval import read_training_data

_FAULTS = [fault for fault in Fault if fault is not Fault.NONE]
# Of ten messages: answers and buttons, sentences of the training data, hostile ones.
_WEIGHTS = (5, 3, 2)
_CHANCE_OF_A_FAULT = 0.1


def walk_about(
    world: World, findings: Findings, seed: int, limits: Limits, progress: Callable[[Findings], None]
) -> None:
    """Make the walks of `limits`, and add what they show to `findings`."""
    sentences = sorted({sentence.text for sentence in read_training_data(world.data)})
    for count in range(limits.walks):
        chance = random.Random(f"{seed} {count}")
        state = world.begin()
        for _ in range(limits.walk_turns):
            before, state = state, world.step(state, _message(state, sentences, chance))
            findings.note(before, state)
            findings.add(after_a_message(world, before, state), state, asked_human=False)
            ask_once(world, findings, state, chance)
        progress(findings)


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
