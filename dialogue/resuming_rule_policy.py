"""Rasa's rules, and before the assistant waits for the customer: what was left open is taken up again."""

from __future__ import annotations

import itertools
import warnings
from typing import Any

from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.core.constants import ACTION_DEACTIVATE_LOOP_NAME, ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, LoopInterrupted, SlotSet, UserUttered
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

# Rasa looks for its class by name, and says that a subclass of it is none.
warnings.filterwarnings("ignore", message="'RulePolicy' is not included in the model's policy configuration")

# The slot with the second question of a message (`nlu/second_question.py`), and the action that takes it up.
NEXT_QUESTION_SLOT = "next_question"
NEXT_QUESTION_ACTION = "action_answer_next_question"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class ResumingRulePolicy(RulePolicy):
    """`RulePolicy` that does not forget what a digression interrupted.

    With Rasa's own policy each form needs a rule for each question that a customer may ask halfway, or the form is left
    without being closed: the next message is then no longer taken as its answer. Here one sentence holds for all forms: when
    the rules have nothing more to do, an interrupted form asks its question again, and otherwise a second question in
    the same message is answered.
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


def _actions_of_this_turn(tracker: DialogueStateTracker) -> list[str | None]:
    """What was done since the customer's message."""
    events = list(
        itertools.takewhile(lambda event: not isinstance(event, UserUttered), reversed(tracker.events))
    )
    return [event.action_name for event in events if isinstance(event, ActionExecuted)]


def _has_next_question(tracker: DialogueStateTracker) -> bool:
    """Whether a second question waits. Not while a form is asking, and not right after trying: the action may be down."""
    return bool(
        not tracker.active_loop_name
        and tracker.get_slot(NEXT_QUESTION_SLOT)
        and tracker.latest_action_name not in (ACTION_LISTEN_NAME, NEXT_QUESTION_ACTION)
    )
