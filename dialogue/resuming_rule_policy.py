"""Rasa's rules, and before the assistant waits for the customer: what was left open is taken up again."""

from __future__ import annotations

import itertools
import warnings
from typing import Any

from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.core.constants import (
    ACTION_DEACTIVATE_LOOP_NAME,
    ACTION_LISTEN_NAME,
    ACTION_RESTART_NAME,
    ACTION_SESSION_START_NAME,
)
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    BotUttered,
    Event,
    LoopInterrupted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

# Rasa looks for its class by name, and says that a subclass of it is none.
warnings.filterwarnings("ignore", message="'RulePolicy' is not included in the model's policy configuration")

# Said when the assistant fell silent, with the signal to the desk (docs/architecture.md): the validation of a form could
# not be reached, for example.
ANSWER_WHEN_SILENT = "utter_temporarily_unavailable"
ANSWER_TO_A_HUMAN_REQUEST_WHEN_SILENT = "utter_handover_failed"
_HUMAN_REQUESTS = ("talk_to_human", "callback_request")
# The slot with the second question of a message (`nlu/second_question.py`), and the action that takes it up.
NEXT_QUESTION_SLOT = "next_question"
NEXT_QUESTION_ACTION = "action_answer_next_question"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class ResumingRulePolicy(RulePolicy):
    """`RulePolicy` that does not forget what a digression interrupted.

    With Rasa's own policy each form needs a rule for each question that a customer may ask halfway, or the form is left
    without being closed: the next message is then no longer taken as its answer. Here one sentence holds for all forms: when
    the rules have nothing more to do, an interrupted form asks its question again, and otherwise a second question in
    the same message is answered. A turn without a word, because the action server
    is down, gets a static answer.
    """

    def train(
        self, training_trackers: list[TrackerWithCachedStates], domain: Domain, **kwargs: Any
    ) -> Resource:
        """Learn the rules; see `RulePolicy`. Raises `InvalidDomain` as Rasa does for its own class."""
        self.raise_if_incompatible_with_domain(self.config, domain)
        return super().train(training_trackers, domain, **kwargs)

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """Predict the next action; see `RulePolicy`. `action_listen` gives way to what was left open."""
        prediction: PolicyPrediction = super().predict_action_probabilities(
            tracker, domain, rule_only_data, **kwargs
        )
        if not _waits(prediction, domain):
            return prediction
        if _is_interrupted(tracker):
            # The flag keeps the form from reading the digression as an answer.
            return self._resume(str(tracker.active_loop_name), tracker, domain, [LoopInterrupted(True)])
        if _fell_silent(tracker):
            return self._resume(_static_answer(tracker), tracker, domain, [])
        if _has_next_question(tracker):
            if ACTION_DEACTIVATE_LOOP_NAME in _actions_of_this_turn(tracker):
                # The customer stopped, or a person takes over: then the second question goes as well.
                return self._resume(ACTION_LISTEN_NAME, tracker, domain, [SlotSet(NEXT_QUESTION_SLOT, None)])
            return self._resume(NEXT_QUESTION_ACTION, tracker, domain, [])
        return prediction

    def _resume(
        self, action: str, tracker: DialogueStateTracker, domain: Domain, events: list[Any]
    ) -> PolicyPrediction:
        return PolicyPrediction(
            self._prediction_result(action, tracker, domain),
            self.__class__.__name__,
            self.priority,
            events=events,
        )


def _waits(prediction: PolicyPrediction, domain: Domain) -> bool:
    """Whether the prediction is, with certainty, to wait for the customer."""
    listen = prediction.probabilities[domain.index_for_action(ACTION_LISTEN_NAME)]
    return bool(listen > 0 and listen == prediction.max_confidence)


def _is_interrupted(tracker: DialogueStateTracker) -> bool:
    """Whether a form stepped aside in this turn for a message that was no answer."""
    return bool(
        tracker.active_loop_name
        and tracker.is_active_loop_rejected
        and tracker.latest_action_name not in (ACTION_LISTEN_NAME, tracker.active_loop_name)
    )


def _fell_silent(tracker: DialogueStateTracker) -> bool:
    """Whether something was done for the customer without a word.

    The slot `reply_given` does not tell: Rasa leaves it as it was when a form is active and ignores the intent. In Rasa's
    test stories nobody ever speaks; there it is no sign of anything.
    """
    return bool(
        tracker.latest_action_name not in (ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME, ACTION_RESTART_NAME)
        and not any(isinstance(event, BotUttered) for event in _events_of_this_turn(tracker))
        and any(isinstance(event, BotUttered) for event in tracker.events)
    )


def _static_answer(tracker: DialogueStateTracker) -> str:
    message = tracker.latest_message
    asks_for_a_human = message is not None and message.intent.get("name") in _HUMAN_REQUESTS
    return ANSWER_TO_A_HUMAN_REQUEST_WHEN_SILENT if asks_for_a_human else ANSWER_WHEN_SILENT


def _events_of_this_turn(tracker: DialogueStateTracker) -> list[Event]:
    """What happened since the customer's message, newest first."""
    return list(
        itertools.takewhile(lambda event: not isinstance(event, UserUttered), reversed(tracker.events))
    )


def _actions_of_this_turn(tracker: DialogueStateTracker) -> list[str | None]:
    """What was done since the customer's message."""
    events = _events_of_this_turn(tracker)
    return [event.action_name for event in events if isinstance(event, ActionExecuted)]


def _has_next_question(tracker: DialogueStateTracker) -> bool:
    """Whether a second question waits. Not while a form is asking, and not right after trying: the action may be down."""
    return bool(
        not tracker.active_loop_name
        and tracker.get_slot(NEXT_QUESTION_SLOT)
        and tracker.latest_action_name not in (ACTION_LISTEN_NAME, NEXT_QUESTION_ACTION)
    )
