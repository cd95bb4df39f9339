"""Breadth-first over the states of the dialogue; in each of them a human is asked for."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from guarantee.checks import after_a_human_request, after_a_message
from guarantee.faults import NO_TICKET, Fault
from guarantee.findings import Findings
from guarantee.identity import identity, kind, place
from guarantee.inputs import every, human_requests, intents, some
from guarantee.players import Players
from guarantee.world import State, Step, World


@dataclass(frozen=True)
class Limits:
    """How far an exploration goes. Counts and not seconds, so that a seed always gives the same exploration.

    Attributes:
        kinds: kinds of state that are continued in every way, or with `others` inputs, at most.
        depth: the other kinds are continued with what leads further, when fewer messages than this led to them.
        states: distinct states in which a human is asked for before the walks, at most.
        others: inputs per kind besides what leads further; None for all. At the start of a conversation it is always all.
        faults: faults in which a human is asked for, per kind.
        walks: random walks.
        walk_turns: messages in a walk, at most.
        replays: states that are compared with the real servers.
    """

    kinds: int
    depth: int
    states: int
    others: int | None
    faults: int
    walks: int
    walk_turns: int
    replays: int


QUICK = Limits(kinds=90, depth=0, states=250, others=4, faults=2, walks=8, walk_turns=12, replays=5)
FULL = Limits(kinds=300, depth=4, states=6000, others=None, faults=5, walks=80, walk_turns=25, replays=40)


@dataclass(frozen=True)
class Job:
    """A state that is to be continued in every way.

    Attributes:
        state: None for the start of a conversation.
        seed: for the choice of wordings and inputs.
        limits: of the exploration.
        asked: states in which a human was asked for already.
        kinds: kinds that are known already.
        others: inputs besides what leads further; None for all.
        only_ask: ask for a human while something does not work, and nothing else.
    """

    state: State | None
    seed: str
    limits: Limits
    asked: frozenset[str]
    kinds: frozenset[str]
    others: int | None
    only_ask: bool = False


def explore(players: Players, seed: int, limits: Limits, progress: Callable[[Findings], None]) -> Findings:
    """Walk the states that can be reached, by the number of messages that lead to them.

    Args:
        players: do the work.
        seed: for the choice of wordings, and of inputs when not all are tried.
        limits: how far.
        progress: is told the findings so far, after each state that was continued.

    Returns:
        What was found; the same however many share the work.
    """
    findings, known = Findings(), set[str]()
    layer: list[State | None] = [None]
    continued = 0
    while layer:
        within = max(limits.kinds - continued, 0)
        jobs = [
            Job(
                state,
                f"{seed} {continued + count}",
                limits,
                frozenset(findings.states),
                frozenset(known),
                others=limits.others if count < within else 0,
                only_ask=count >= within and len(state.steps if state else ()) >= limits.depth,
            )
            for count, state in enumerate(layer)
        ]
        continued += len(layer)
        layer = []
        for part, met in players.each(proceed, jobs):
            findings.merge(part)
            new = {name: state for name, state in met.items() if name not in known}
            known |= set(new)
            layer += [state for state in new.values() if state.steps]
            progress(findings)
    findings.kinds_met = len(known)
    return findings


def proceed(world: World, job: Job) -> tuple[Findings, dict[str, State]]:
    """Do one job: what was found, and the states of kinds that were not known."""
    findings, chance = Findings(), random.Random(job.seed)
    state = job.state or world.begin()
    met: dict[str, State] = {}
    if job.state is None:
        ask_once(world, findings, state, chance)
        met[kind(state)] = state
    else:
        ask_while_broken(world, findings, state, chance, job.limits.faults)
    if job.only_ask:
        return findings, {}
    findings.kinds, findings.intents = 1, len(intents(world))
    findings.sampled.append(state.steps)
    for step in _inputs(world, job, state, chance):
        after = world.step(state, step)
        findings.note(state, after)
        findings.add(after_a_message(world, state, after), after.steps, asked_human=False)
        ask_once(world, findings, after, chance, job.asked, job.limits.states)
        if (found := kind(after)) not in job.kinds:
            met.setdefault(found, after)
    return findings, met


def _inputs(world: World, job: Job, state: State, chance: random.Random) -> Iterator[Step]:
    if job.others is None or job.state is None:
        return every(world, state)
    return iter(some(world, state, chance, job.others))


def ask_once(
    world: World,
    findings: Findings,
    state: State,
    chance: random.Random,
    asked: frozenset[str] = frozenset(),
    most: float = math.inf,
) -> None:
    """Ask for a human, unless that was `asked` in this very state already, or in `most` states."""
    found = identity(state)
    if found in asked or found in findings.states or len(findings.states) + len(asked) >= most:
        return
    findings.states[found] = place(state)
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
        findings.conversations[after.tracker.sender_id] = (place(after), after.steps)
    findings.add(after_a_human_request(world, state, after), after.steps, asked_human=True)
