"""The trained assistant, loaded once in this process; a turn continues a state and leaves that state as it was."""

from __future__ import annotations

import asyncio
import copy
import functools
import itertools
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.policies.rule_policy import RulePolicy
from rasa.shared.core.events import ActionExecuted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from guarantee.trackers import LiveTrackers

_LISTEN = "action_listen"


@dataclass(frozen=True)
class Turn:
    """What one message of the customer led to.

    Attributes:
        text: what the customer wrote, or the payload of a button.
        intent: as it was understood.
        answers: as the REST channel gives them: `text`, and perhaps `buttons` and `custom`.
        actions: names of what was done, in order, without waiting for the customer.
        slots_set: every value that a slot got in this turn.
        errors: the kinds of error that custom actions raised.
    """

    text: str
    intent: str
    answers: list[dict[str, Any]]
    actions: tuple[str, ...]
    slots_set: list[tuple[str, Any]]
    errors: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """The words of the answers."""
        return tuple(str(answer.get("text") or "") for answer in self.answers)

    @property
    def signals(self) -> set[str]:
        """The signals to the desk (docs/contracts.md, section 2)."""
        found = {(answer.get("custom") or {}).get("signal") for answer in self.answers}
        return {signal for signal in found if signal}

    @property
    def payloads(self) -> tuple[str, ...]:
        """The payloads of the buttons that were offered."""
        buttons = itertools.chain.from_iterable(answer.get("buttons") or [] for answer in self.answers)
        return tuple(button["payload"] for button in buttons)


@dataclass
class Assistant:
    """The assistant of a trained model.

    Attributes:
        agent: Rasa's own.
        endpoint: runs the custom actions.
    """

    agent: Agent
    endpoint: EndpointConfig
    _loop: asyncio.AbstractEventLoop
    _store: LiveTrackers
    _understood: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def load(cls, model: Path, endpoint: EndpointConfig) -> Assistant:
        """Load a model; takes some ten seconds."""
        _keep_quiet()
        _prepare_validation()
        _remember_rules()
        store = LiveTrackers(None)
        agent = Agent.load(model, tracker_store=store, action_endpoint=endpoint)
        agent.processor.tracker_store = store
        store.domain = agent.domain
        whole = agent.domain.as_dict()
        agent.domain.as_dict = lambda: whole
        return cls(agent, endpoint, asyncio.new_event_loop(), store)

    def begin(self, sender: str) -> DialogueStateTracker:
        """The conversation of a customer who has not said anything yet."""
        return self._run(self._begin(sender))

    def understand(self, text: str) -> dict[str, Any]:
        """Rasa's parse result of a text. It does not depend on the conversation, so each text is read once."""
        if text not in self._understood:
            self._understood[text] = self._run(self.agent.processor.parse_message(UserMessage(text)))
        return copy.deepcopy(self._understood[text])

    def says(
        self,
        tracker: DialogueStateTracker,
        text: str,
        message_id: str,
        endpoint: EndpointConfig | None = None,
    ) -> tuple[DialogueStateTracker, Turn]:
        """Continue a conversation by one message.

        Args:
            tracker: the conversation; it stays as it is.
            text: what the customer writes.
            message_id: the desk's id of the message: the idempotency key of a ticket.
            endpoint: where the custom actions run in this turn; the assistant's own when None.

        Returns:
            The conversation after it, and the turn.
        """
        after, channel = tracker.copy(), CollectingOutputChannel()
        self._store.trackers = {after.sender_id: after}
        message = UserMessage(
            text,
            channel,
            after.sender_id,
            parse_data=self.understand(text),
            input_channel="rest",
            metadata={"message_id": message_id, "channel": "web"},
        )
        with self._actions_at(endpoint or self.endpoint) as errors:
            self._run(self.agent.processor.handle_message(message))
        new = list(after.events)[len(tracker.events) :]
        return after, _turn(text, new, channel.messages, tuple(errors))

    @contextmanager
    def _actions_at(self, endpoint: EndpointConfig) -> Iterator[list[str]]:
        """Run custom actions there for a while; the errors that were raised."""
        self.agent.processor.action_endpoint = endpoint
        errors: list[str] = getattr(endpoint, "errors", [])
        errors.clear()
        yield errors
        self.agent.processor.action_endpoint = self.endpoint

    async def _begin(self, sender: str) -> DialogueStateTracker:
        self._store.trackers = {}
        return await self.agent.processor.fetch_tracker_and_update_session(sender)

    def _run(self, coroutine: Any) -> Any:
        return self._loop.run_until_complete(coroutine)


def _turn(text: str, events: list[Any], answers: list[dict[str, Any]], errors: tuple[str, ...]) -> Turn:
    """The turn that events tell; a second question in the message belongs to it."""
    said = next(event for event in events if isinstance(event, UserUttered))
    actions = tuple(
        str(event.action_name)
        for event in events
        if isinstance(event, ActionExecuted) and event.action_name != _LISTEN
    )
    slots = [(event.key, event.value) for event in events if isinstance(event, SlotSet)]
    return Turn(text, str(said.intent.get("name")), answers, actions, slots, errors)


def _prepare_validation() -> None:
    """Rasa checks the schema of an action's answer anew at each answer, which takes longer than the rest of the turn."""
    schema = RemoteAction.action_response_format_spec()
    validator = validator_for(schema)(schema)

    def validate(_: RemoteAction, result: dict[str, Any]) -> bool:
        validator.validate(result)
        return True

    RemoteAction._validate_action_result = validate


def _remember_rules() -> None:
    """Rasa goes through all rules at each step, and remembers fewer of them than there are: it reads each anew."""
    read = functools.cache(RulePolicy._rule_key_to_state.__wrapped__)
    RulePolicy._rule_key_to_state = staticmethod(read)


def _keep_quiet() -> None:
    """Rasa writes what it does at each step; putting that into words takes longer than doing it."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.getLogger("rasa").setLevel(logging.CRITICAL)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
