"""What an exploration came across, and how much of the dialogue it reached."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field

from guarantee.checks import Problem
from guarantee.faults import Fault
from guarantee.identity import place
from guarantee.world import State, Step, World

NO_FORM = ("", "")


@dataclass
class Failure:
    """A problem, with a conversation that shows it.

    Attributes:
        problem: what is wrong.
        steps: the conversation; its last message is the one that went wrong.
        asked_human: whether that message asks for a human.
        count: how often this problem was met.
    """

    problem: Problem
    steps: tuple[Step, ...]
    asked_human: bool
    count: int = 1


@dataclass
class Findings:
    """Counts of an exploration.

    Attributes:
        kinds: number of kinds of state that were continued.
        states: distinct states in which a human was asked for.
        turns: messages that were answered, requests for a human not counted.
        requests: requests for a human, per topic (form and slot) and fault.
        reached: pairs of intent and form slot: the intent was said while the form asked for the slot.
        places: number of states per form and slot.
        deepest: most messages before a state.
        failures: per problem, without its detail, the shortest conversation that shows it.
        conversations: those in which a human was asked for while a ticket could be opened.
        sampled: a state of each kind, to be compared with the real servers.
    """

    kinds: int = 0
    states: set[Hashable] = field(default_factory=set)
    turns: int = 0
    requests: Counter[tuple[tuple[str, str], Fault]] = field(default_factory=Counter)
    reached: set[tuple[str, tuple[str, str]]] = field(default_factory=set)
    places: Counter[tuple[str, str]] = field(default_factory=Counter)
    deepest: int = 0
    failures: dict[Hashable, Failure] = field(default_factory=dict)
    conversations: dict[str, State] = field(default_factory=dict)
    sampled: list[State] = field(default_factory=list)

    def note(self, before: State, after: State) -> None:
        """Count a message."""
        self.turns += 1
        assert after.last is not None
        self.reached.add((after.last.intent, place(before)))

    def add(self, problems: list[Problem], state: State, asked_human: bool) -> None:
        """Keep problems that `state` shows with its last message."""
        for problem in problems:
            key = (problem.kind, problem.where, problem.fault, asked_human)
            known = self.failures.setdefault(key, Failure(problem, state.steps, asked_human, 0))
            known.count += 1
            if len(state.steps) < len(known.steps):
                known.problem, known.steps = problem, state.steps

    def compare_with_the_database(self, world: World) -> None:
        """The desk's SQLite file must hold exactly one ticket of each conversation in which a human was asked for."""
        tickets = world.desk.conversations_with_a_ticket()
        for sender, state in self.conversations.items():
            if tickets.get(sender) != 1:
                detail = f"{tickets.get(sender, 0)} tickets in the database"
                problem = Problem("false_number", place(state), Fault.NONE, detail)
                self.add([problem], state, asked_human=True)
