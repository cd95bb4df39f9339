"""Puts the detector's opinion into Rasa's pipeline, after every intent classifier."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import (
    ENTITIES,
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message

from nlu.human_request.detector import HumanRequest, asks_for_human
from nlu.parts import NEXT_QUESTION

# Key of the message and of the parse result.
HUMAN_REQUEST = "human_request"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class HumanRequestDetector(GraphComponent):
    """Raises the intent that asks for a human when the detector finds such a request. It never lowers it.

    Belongs at the end of the pipeline, after ``FallbackClassifier``: a fallback in the middle of a form would
    otherwise swallow the request (Rasa fills the slot with the text).

    Adds ``human_request`` to the parse result: ``{"asked": bool, "cue": str | None}``, where ``cue`` is the piece of
    the message that shows it. Reads the text and, when there is one, the intent that was predicted.
    """

    def __init__(self, config: dict[str, Any]) -> None:
        self._intent: str = config["intent"]
        self._confidence: float = config["confidence"]
        self._sure_of_another: float = config["sure_of_another"]
        self._also_human = frozenset(config["also_human"])

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> HumanRequestDetector:
        """Return the component; ``config`` has been merged with the defaults."""
        return cls(config)

    @classmethod
    def required_components(cls) -> list[type]:
        """Return the kinds of component that must come earlier in the pipeline."""
        return [IntentClassifier]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the options of the component."""
        return {
            # the intent to raise, and the confidence it gets
            "intent": "talk_to_human",
            "confidence": 1.0,
            # A frame with `zekerheid: laag` in frames.yml yields to a classifier that is this sure of another intent.
            "sure_of_another": 0.9,
            # Other intents that ask for a person; what a classifier says more precisely is left as it is.
            "also_human": ["callback_request"],
        }

    @staticmethod
    def required_packages() -> list[str]:
        """Return the packages this component imports."""
        return ["rapidfuzz", "spacy_lookups_data"]

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the detector's opinion to each message that has a text."""
        for message in messages:
            request = asks_for_human(message.get(TEXT) or "")
            if request is not None and not request.certain and self._another_is_sure(message):
                request = None
            cue = request.cue if request else None
            message.set(HUMAN_REQUEST, {"asked": request is not None, "cue": cue}, add_to_output=True)
            if request is not None and self._predicted(message) not in self._also_human:
                self._raise_intent(message, request)
        return messages

    def _another_is_sure(self, message: Message) -> bool:
        predicted = message.get(INTENT) or {}
        name = predicted.get(INTENT_NAME_KEY)
        if name in {None, self._intent, DEFAULT_NLU_FALLBACK_INTENT_NAME, *self._also_human}:
            return False
        return bool(predicted.get(PREDICTED_CONFIDENCE_KEY, 0.0) >= self._sure_of_another)

    def _predicted(self, message: Message) -> str | None:
        name: str | None = (message.get(INTENT) or {}).get(INTENT_NAME_KEY)
        return name

    def _raise_intent(self, message: Message, request: HumanRequest) -> None:
        predicted = message.get(INTENT) or {}
        confidence = self._confidence
        if predicted.get(INTENT_NAME_KEY) == self._intent:
            confidence = max(confidence, predicted.get(PREDICTED_CONFIDENCE_KEY, 0.0))
        raised = {INTENT_NAME_KEY: self._intent, PREDICTED_CONFIDENCE_KEY: confidence}
        ranking = message.get(INTENT_RANKING_KEY) or []
        others = [entry for entry in ranking if entry.get(INTENT_NAME_KEY) != self._intent]
        message.set(INTENT, raised, add_to_output=True)
        # Whoever asks for a human gets one, and a second question goes along.
        entities = [entity for entity in message.get(ENTITIES) or [] if entity["entity"] != NEXT_QUESTION]
        message.set(ENTITIES, entities, add_to_output=True)
        message.set(INTENT_RANKING_KEY, [dict(raised), *others], add_to_output=True)
