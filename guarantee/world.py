"""Conversations with the explored assistant: states that can be continued in any number of ways."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import httpx
from rasa.shared.core.trackers import DialogueStateTracker

from guarantee.actions_in_process import ActionsInProcess, office_now, put_office
from guarantee.assistant import Assistant, Turn
from guarantee.faults import Fault
from guarantee.servers import ROOT, DeskAddress

TICKET_NUMBER = re.compile(r"\bT-\d+\b")


@dataclass(frozen=True)
class Step:
    """One message of the customer, and what was broken when it was sent."""

    text: str
    fault: Fault = Fault.NONE


@dataclass(frozen=True)
class State:
    """A conversation at the moment that the assistant waits for the customer.

    Attributes:
        tracker: Rasa's record of it; never changed.
        office: the back office, as far as this conversation changed it.
        steps: what led to it.
        turns: what came of each step.
    """

    tracker: DialogueStateTracker
    office: bytes
    steps: tuple[Step, ...] = ()
    turns: tuple[Turn, ...] = ()

    @property
    def last(self) -> Turn | None:
        """The latest turn."""
        return self.turns[-1] if self.turns else None

    @property
    def may_have_a_ticket(self) -> bool:
        """Whether the desk may know this conversation: a number was said, or a call failed halfway."""
        return any(turn.errors or TICKET_NUMBER.search(" ".join(turn.texts)) for turn in self.turns)


@dataclass
class World:
    """The assistant, its actions and the desk.

    Attributes:
        assistant: the trained model.
        actions: its custom actions.
        desk: the real one; tickets are opened and looked up over HTTP.
        data: folder with the training data.
    """

    assistant: Assistant
    actions: ActionsInProcess
    desk: DeskAddress
    data: Path = ROOT / "data"
    _names: count[int] = field(default_factory=count)
    _numbers: dict[str, str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._client = httpx.Client(
            base_url=self.desk.url, headers={"Authorization": f"Bearer {self.desk.token}"}, timeout=30
        )
        self._fresh_office = office_now()
        responses = self.assistant.agent.domain.responses.values()
        # A number that shows what a ticket number looks like.
        self.examples = set(TICKET_NUMBER.findall(str(list(responses))))

    @classmethod
    def load(cls, model: Path, desk: DeskAddress, silent_url: str) -> World:
        """Load the model; takes some ten seconds."""
        actions = ActionsInProcess(desk.url, desk.token, silent_url)
        return cls(Assistant.load(model, actions), actions, desk)

    def begin(self) -> State:
        """A customer who has not said anything."""
        return State(self.assistant.begin(self._name()), self._fresh_office)

    def step(self, state: State, step: Step) -> State:
        """Continue a state; the state itself stays as it is."""
        tracker = state.tracker
        if not state.may_have_a_ticket:
            # Another customer in the same state: the desk gives each its own ticket.
            tracker = tracker.copy()
            tracker.sender_id = self._name()
        self.actions.use(step.fault)
        if step.fault is not Fault.BACK_OFFICE_DOWN:
            put_office(state.office)
        after, turn = self.assistant.says(tracker, step.text, f"{tracker.sender_id}-{len(state.steps)}")
        office = state.office if step.fault is Fault.BACK_OFFICE_DOWN else office_now()
        self.actions.use(Fault.NONE)
        return State(after, office, (*state.steps, step), (*state.turns, turn))

    def replay(self, steps: Iterable[Step]) -> State:
        """A new conversation with these steps."""
        state = self.begin()
        for step in steps:
            state = self.step(state, step)
        return state

    def conversation_of(self, number: str) -> str | None:
        """The sender id of the conversation to which the desk says that a ticket belongs; None when there is none."""
        if number not in self._numbers:
            response = self._client.get(f"/api/tickets/{number}")
            self._numbers[number] = response.json()["conversation"] if response.is_success else None
        return self._numbers[number]

    def _name(self) -> str:
        # Other processes have conversations at the same desk.
        return f"guarantee-{os.getpid()}-{next(self._names)}"
