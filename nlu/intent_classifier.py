"""Rasa intent classifier over standardised sentence vectors and character n-grams.

In ``config.yml``, after a dense featurizer and before ``FallbackClassifier``::

    - name: nlu.intent_classifier.DutchIntentClassifier
"""

from __future__ import annotations

import logging
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import (
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.classifier.model import IntentModel, Prediction
from nlu.human_request import refuses_human
from nlu.intent_names import FROM_NAME
from nlu.parts import PART_INTENTS, PART_VECTORS, PARTS
from nlu.reading import reading_of
from nlu.unicode import without_surrogates

logger = logging.getLogger(__name__)

NEAREST_EXAMPLES = "nearest_examples"
# The classifier's own choice, which stays readable when fallback or the human-request detector replaces ``intent``.
CLASSIFIED_INTENT = "classified_intent"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class DutchIntentClassifier(IntentClassifier, GraphComponent):
    """Sets ``intent``, ``intent_ranking``, ``classified_intent`` and ``nearest_examples`` of every message.

    The ranking holds ``{"name", "confidence"}``, best first, the confidences calibrated probabilities; the nearest
    examples are ``{"text", "intent", "similarity"}``, most alike first. Source of the method: ``nlu.classifier``.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """Need sentence vectors from earlier in the pipeline."""
        return [DenseFeaturizer]

    @staticmethod
    def required_packages() -> list[str]:
        """Return the packages that Rasa checks for before training."""
        return ["scipy", "sklearn"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings: how many intents a ranking shows, and which must be likely, taken together, to be chosen.

        The latter is for intents that other messages soon look like: under ``probability`` the best of the others is
        chosen, and also when the message turns a person down (``nlu.human_request.refuses_human``). With no ``intents``
        the likeliest intent is always chosen.
        """
        return {"ranking_length": 10, "needs_certainty": {"intents": [], "probability": 0.0}}

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Raise ``InvalidConfigException`` for a ``ranking_length`` or ``needs_certainty`` that makes no sense."""
        length = config.get("ranking_length", 10)
        if not isinstance(length, int) or length < 1:
            raise InvalidConfigException(f"ranking_length must be a whole number from 1, not {length!r}.")
        certainty = config.get("needs_certainty") or {}
        if not 0 <= certainty.get("probability", 0.0) <= 1 or not isinstance(
            certainty.get("intents", []), list
        ):
            raise InvalidConfigException(
                f"needs_certainty takes a list of intents and a probability from 0 to 1, not {certainty!r}."
            )

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: IntentModel | None = None,
    ) -> None:
        self.validate_config(config)
        self._ranking_length: int = config["ranking_length"]
        self._uncertain = frozenset(config["needs_certainty"]["intents"])
        self._certain_from: float = config["needs_certainty"]["probability"]
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> DutchIntentClassifier:
        """Create an untrained classifier."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> DutchIntentClassifier:
        """Load a trained classifier; one that was trained without examples comes back as it was: without a model."""
        try:
            with model_storage.read_from(resource) as directory:
                return cls(config, model_storage, resource, IntentModel.load(directory))
        except (ValueError, FileNotFoundError):
            # Rasa's storage raises ValueError for a resource to which nothing was written
            logger.warning("The intent classifier was trained without examples: every message is a fallback.")
            return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the examples that have a text and an intent, and store the model."""
        examples = [example for example in training_data.intent_examples if (example.get(TEXT) or "").strip()]
        if examples:
            texts = [_text(example) for example in examples]
            labels = [example.get(INTENT) for example in examples]
            said = [not example.get(FROM_NAME) for example in examples]
            self._model = IntentModel.fit(texts, _vectors(examples), labels, said)
            with self._model_storage.write_to(self._resource) as directory:
                self._model.save(directory)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Classify ``messages``, in place. Without a model the intent has no name and confidence zero."""
        if not messages:
            return messages
        predictions = (
            self._model.predict(
                [_text(message) for message in messages], _vectors(messages, self._model.width)
            )
            if self._model
            else [Prediction([], [])] * len(messages)
        )
        for message, prediction in zip(messages, predictions, strict=True):
            self._describe(message, prediction)
            self._classify_parts(message)
        return messages

    def _classify_parts(self, message: Message) -> None:
        pairs, vectors = message.get(PARTS), message.get(PART_VECTORS)
        if not pairs or not self._model:
            return
        texts = [without_surrogates(part.text) for pair in pairs for part in pair]
        best = [prediction.ranking[0] for prediction in self._model.predict(texts, vectors)]
        message.set(PART_INTENTS, list(zip(best[::2], best[1::2], strict=True)))

    def _describe(self, message: Message, prediction: Prediction) -> None:
        ranking = [
            {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: confidence}
            for name, confidence in self._chosen_first(prediction.ranking, message.get(TEXT) or "")[
                : self._ranking_length
            ]
        ]
        top = dict(ranking[0]) if ranking else {INTENT_NAME_KEY: None, PREDICTED_CONFIDENCE_KEY: 0.0}
        nearest = [
            {"text": example.text, "intent": example.intent, "similarity": round(example.similarity, 4)}
            for example in prediction.nearest
        ]
        message.set(INTENT, top, add_to_output=True)
        message.set(CLASSIFIED_INTENT, dict(top), add_to_output=True)
        message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        message.set(NEAREST_EXAMPLES, nearest, add_to_output=True)

    def _chosen_first(self, ranking: list[tuple[str, float]], text: str) -> list[tuple[str, float]]:
        """Move an intent from the top that is not likely enough to be chosen; the probabilities stay what they are."""
        if not ranking or ranking[0][0] not in self._uncertain:
            return ranking
        together = sum(chance for name, chance in ranking if name in self._uncertain)
        if together >= self._certain_from and not refuses_human(text):
            return ranking
        others = [entry for entry in ranking if entry[0] not in self._uncertain]
        return [*others[:1], *(entry for entry in ranking if entry not in others[:1])]


def _text(message: Message) -> str:
    return without_surrogates(reading_of(message).text)


def _vectors(messages: list[Message], width: int | None = None) -> NDArray[np.float32]:
    """Return (n, width): the sentence vectors of ``messages``; zeros, the average sentence, where there is none.

    Without ``width``, that of the widest vector. Raises ``InvalidConfigException`` when no message has a vector then.
    """
    found = [message.get_dense_features(TEXT)[1] for message in messages]
    if width is None:
        widths = [features.features.shape[-1] for features in found if features]
        if not widths:
            raise InvalidConfigException(
                "DutchIntentClassifier needs a dense featurizer before it in config.yml."
            )
        width = max(widths)
    vectors = np.zeros((len(messages), width), np.float32)
    for row, features in zip(vectors, found, strict=True):
        if features:
            row[:] = features.features[0]
    return vectors
