"""The name of an intent as one more example of it.

"cancel_booking" says in two words what twelve sentences have in common, and the encoder understands English as well as
Dutch. The name helps where examples are few and its weight fades as they grow in number (docs/nlu.md). In
``config.yml``, as the first component::

    - name: nlu.intent_names.IntentNames
"""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.classifier.names import in_words

# Set on the examples added here: they are not what a customer said, and are never shown or judged as such.
FROM_NAME = "made_from_intent_name"


# A featurizer to Rasa, because only tokenizers and featurizers are run over training data.
@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class IntentNames(GraphComponent):
    """Adds an example per intent to the training data that the later components see. Messages pass untouched."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> IntentNames:
        """Create the component; there is nothing to learn."""
        return cls()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Return ``training_data`` with the examples added."""
        named = {example.get(INTENT) for example in training_data.intent_examples}
        added = [
            Message(data={TEXT: words, INTENT: intent, FROM_NAME: True})
            for intent in sorted(named)
            if (words := in_words(intent))
        ]
        return training_data.merge(TrainingData(added))

    def process(self, messages: list[Message]) -> list[Message]:
        """Return ``messages`` as they are."""
        return messages
