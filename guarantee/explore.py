"""Breadth-first over the states of the dialogue; in each of them a human is asked for."""

from __future__ import annotations

import math
import random
from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from guarantee.checks import after_a_human_request, after_a_message
from guarantee.faults import NO_TICKET, Fault
from guarantee.findings import Findings
from guarantee.identity import identity, kind, place
from guarantee.inputs import every, human_requests, some
from guarantee.world import State, Step, World


@dataclass(frozen=True)
class Limits:
    """How far an exploration goes. Counts and not seconds, so that a seed always gives the same exploration.

    Attributes:
        kinds: kinds of state that are continued, at most.
        states: distinct states in which a human is asked for before the walks, at most.
        others: inputs per kind besides what leads further; None for all. At the start of a conversation it is always all.
        faults: faults in which a human is asked for, per kind.
        walks: random walks.
        walk_turns: messages in a walk, at most.
        replays: states that are compared with the real servers.
    """

    kinds: int
    states: int
    others: int | None
    faults: int
    walks: int
    walk_turns: int
    replays: int


QUICK = Limits(kinds=90, states=250, others=4, faults=2, walks=8, walk_turns=12, replays=5)
FULL = Limits(kinds=300, states=3000, others=None, faults=5, walks=80, walk_turns=25, replays=40)


def explore(world: World, seed: int, limits: Limits, progress: Callable[[Findings], None]) -> Findings:
    """Walk the states that can be reached.

    Args:
        world: assistant, actions and desk.
        seed: for the choice of wordings, and of inputs when not all are tried.
        limits: how far.
        progress: is told the findings so far, after each kind of state.

    Returns:
        What was found.
    """
    chance, findings = random.Random(seed), Findings()
    start = world.begin()
    waiting, known = deque([start]), {kind(start)}
    ask_once(world, findings, start, chance)
    while waiting and findings.kinds < limits.kinds:
        state = waiting.popleft()
        findings.kinds += 1
        findings.sampled.append(state)
        all_of_them = limits.others is None or state is start
        inputs = every(world, state) if all_of_them else some(world, state, chance, limits.others or 0)
        for step in inputs:
            after = world.step(state, step)
            findings.note(state, after)
            findings.add(after_a_message(world, state, after), after, asked_human=False)
            ask_once(world, findings, after, chance, limits.states)
            if (found := kind(after)) not in known:
                known.add(found)
                waiting.append(after)
                ask_while_broken(world, findings, after, chance, limits.faults)
        progress(findings)
    return findings


def ask_once(
    world: World, findings: Findings, state: State, chance: random.Random, most: float = math.inf
) -> None:
    """Ask for a human, unless that was done in this very state, or in `most` states already."""
    found: Hashable = identity(state)
    if found in findings.states or len(findings.states) >= most:
        return
    findings.states.add(found)
    findings.places[place(state)] += 1
    findings.deepest = max(findings.deepest, len(state.steps))
    ask(world, findings, state, Step(chance.choice(human_requests())))


def ask_while_broken(
    world: World, findings: Findings, state: State, chance: random.Random, count: int
) -> None:
    """Ask for a human while something does not work: `count` faults, by a seeded choice."""
    for fault in chance.sample([fault for fault in Fault if fault is not Fault.NONE], count):
        ask(world, findings, state, Step(chance.choice(human_requests()), fault))


def ask(world: World, findings: Findings, state: State, step: Step) -> None:
    """Ask for a human, and check the answer."""
    after = world.step(state, step)
    findings.requests[place(state), step.fault] += 1
    if step.fault not in NO_TICKET:
        findings.conversations[after.tracker.sender_id] = after
    findings.add(after_a_human_request(world, state, after), after, asked_human=True)
