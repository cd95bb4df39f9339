"""What an exploration came across, and how much of the dialogue it reached."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field

from guarantee.checks import Problem
from guarantee.faults import Fault
from guarantee.identity import place
from guarantee.servers import Desk
from guarantee.world import State, Step

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
        kinds_met: number of kinds that were met.
        states: distinct states in which a human was asked for, each with its form and slot.
        turns: messages that were answered, requests for a human not counted.
        requests: requests for a human, per topic (form and slot) and fault.
        reached: pairs of intent and form slot: the intent was said while the form asked for the slot.
        intents: how many intents a message can have.
        deepest: most messages before a state.
        failures: per problem, without its detail, the shortest conversation that shows it.
        conversations: those in which a human was asked for while a ticket could be opened: form and slot, and the messages.
        sampled: what led to a state of each kind, to be compared with the real servers.
    """

    kinds: int = 0
    kinds_met: int = 0
    states: dict[str, tuple[str, str]] = field(default_factory=dict)
    turns: int = 0
    requests: Counter[tuple[tuple[str, str], Fault]] = field(default_factory=Counter)
    reached: set[tuple[str, tuple[str, str]]] = field(default_factory=set)
    intents: int = 0
    deepest: int = 0
    failures: dict[Hashable, Failure] = field(default_factory=dict)
    conversations: dict[str, tuple[tuple[str, str], tuple[Step, ...]]] = field(default_factory=dict)
    sampled: list[tuple[Step, ...]] = field(default_factory=list)

    @property
    def places(self) -> Counter[tuple[str, str]]:
        """Number of states per form and slot."""
        return Counter(self.states.values())

    def note(self, before: State, after: State) -> None:
        """Count a message."""
        self.turns += 1
        assert after.last is not None
        self.reached.add((after.last.intent, place(before)))

    def add(self, problems: list[Problem], steps: tuple[Step, ...], asked_human: bool) -> None:
        """Keep problems that a conversation shows with its last message."""
        for problem in problems:
            self._keep(Failure(problem, steps, asked_human))

    def merge(self, other: Findings) -> None:
        """Add what another part of the exploration came across."""
        self.kinds += other.kinds
        self.states |= other.states
        self.turns += other.turns
        self.requests.update(other.requests)
        self.reached |= other.reached
        self.intents = max(self.intents, other.intents)
        self.deepest = max(self.deepest, other.deepest)
        for failure in other.failures.values():
            self._keep(failure)
        self.conversations |= other.conversations
        self.sampled += other.sampled

    def compare_with_the_database(self, desk: Desk) -> None:
        """The desk's SQLite file must hold exactly one ticket of each conversation in which a human was asked for."""
        tickets = desk.conversations_with_a_ticket()
        for sender, (where, steps) in self.conversations.items():
            if tickets.get(sender) != 1:
                detail = f"{tickets.get(sender, 0)} tickets in the database"
                self.add([Problem("false_number", where, Fault.NONE, detail)], steps, asked_human=True)

    def _keep(self, failure: Failure) -> None:
        key = (failure.problem.kind, failure.problem.where, failure.problem.fault, failure.asked_human)
        known = self.failures.setdefault(key, Failure(failure.problem, failure.steps, failure.asked_human, 0))
        known.count += failure.count
        if len(failure.steps) < len(known.steps):
            known.problem, known.steps = failure.problem, failure.steps
