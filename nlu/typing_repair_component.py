"""Rasa component that notes, beside the text of a message, how it should be read.

In ``config.yml``, before the featurizers::

    - name: nlu.typing_repair_component.DutchTypingRepair
"""

from __future__ import annotations

import json
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.reading import set_reading
from nlu.typing_repair import TypingRepair

_WORDS_FILE = "words.json"


# A featurizer to Rasa, because only tokenizers and featurizers are run over training data.
@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class DutchTypingRepair(GraphComponent):
    """Sets the reading (``nlu.reading``) of every message with a text; the text itself is not touched.

    Training collects the words of the training sentences; those are what errors are repaired to.
    """

    @staticmethod
    def required_packages() -> list[str]:
        """Return the packages that Rasa checks for before training."""
        return ["rapidfuzz", "spacy_lookups_data"]

    def __init__(
        self, model_storage: ModelStorage, resource: Resource, repair: TypingRepair | None = None
    ) -> None:
        self._model_storage = model_storage
        self._resource = resource
        self._repair = repair or TypingRepair({})

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> DutchTypingRepair:
        """Create a component that knows no words yet."""
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> DutchTypingRepair:
        """Load the words of the training sentences, and the word list, so that no customer waits for it."""
        with model_storage.read_from(resource) as directory:
            repair = TypingRepair(json.loads((directory / _WORDS_FILE).read_text("utf-8")))
        repair.read("xqzzz")
        return cls(model_storage, resource, repair)

    def train(self, training_data: TrainingData) -> Resource:
        """Collect the words of the training sentences, and store them."""
        self._repair = TypingRepair.fit(
            text for example in training_data.training_examples if (text := example.get(TEXT))
        )
        with self._model_storage.write_to(self._resource) as directory:
            (directory / _WORDS_FILE).write_text(json.dumps(self._repair.words), encoding="utf-8")
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Set the reading of all training examples, in place."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the reading of ``messages``, in place."""
        for message in messages:
            if text := message.get(TEXT):
                set_reading(message, self._repair.read(text))
        return messages
