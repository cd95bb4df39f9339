"""Rasa component: a message that asks two things is understood as the first, with the second as an entity.

In ``config.yml``, after ``FallbackClassifier`` and before the human-request detector, which overrules it::

    - name: nlu.second_question.SecondQuestion
      not_a_question: [greet, thank]
      wins: [talk_to_human]
"""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_END,
    ENTITY_ATTRIBUTE_START,
    ENTITY_ATTRIBUTE_TYPE,
    ENTITY_ATTRIBUTE_VALUE,
    EXTRACTOR,
    INTENT,
    INTENT_NAME_KEY,
    PREDICTED_CONFIDENCE_KEY,
)
from rasa.shared.nlu.training_data.message import Message

from nlu.parts import NEXT_QUESTION, PART_INTENTS, PARTS, Part
from nlu.reading import reading_of

Intent = tuple[str, float]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class SecondQuestion(GraphComponent):
    """Sets ``intent`` to the first of two questions and adds the entity ``next_question``, the intent of the second.

    Both parts must be understood with ``confidence``, and as different intents that are questions of their own. An intent
    that ``wins`` is the only one when either part has it.
    """

    def __init__(self, config: dict[str, Any]) -> None:
        self._confidence: float = config["confidence"]
        self._not_a_question = frozenset(config["not_a_question"])
        self._wins = frozenset(config["wins"])

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SecondQuestion:
        """Return the component; ``config`` has been merged with the defaults."""
        return cls(config)

    @classmethod
    def required_components(cls) -> list[type]:
        """Return the kinds of component that must come earlier in the pipeline."""
        return [IntentClassifier]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings: how sure of either part, which intents are no question, which admit no other."""
        return {"confidence": 0.6, "not_a_question": [], "wins": []}

    def process(self, messages: list[Message]) -> list[Message]:
        """Look at each message that may fall apart."""
        for message in messages:
            self._split(message)
        return messages

    def _split(self, message: Message) -> None:
        pairs = zip(message.get(PARTS) or [], message.get(PART_INTENTS) or [], strict=True)
        found = [(parts, intents) for parts, intents in pairs if self._are_two(*intents)]
        if not found:
            return
        (_, second), intents = max(found, key=lambda pair: min(probability for _, probability in pair[1]))
        winner = next((intent for intent in intents if intent[0] in self._wins), None)
        name, probability = winner or intents[0]
        message.set(
            INTENT, {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: probability}, add_to_output=True
        )
        if winner:
            return
        second_intent = intents[1]
        entity = self._entity(message, second, second_intent)
        message.set(ENTITIES, [*(message.get(ENTITIES) or []), entity], add_to_output=True)

    def _are_two(self, first: Intent, second: Intent) -> bool:
        return first[0] != second[0] and all(
            probability >= self._confidence and name not in self._not_a_question
            for name, probability in (first, second)
        )

    def _entity(self, message: Message, part: Part, intent: Intent) -> dict[str, Any]:
        start, end = reading_of(message).as_typed(part.start, part.end)
        return {
            ENTITY_ATTRIBUTE_TYPE: NEXT_QUESTION,
            ENTITY_ATTRIBUTE_START: start,
            ENTITY_ATTRIBUTE_END: end,
            ENTITY_ATTRIBUTE_VALUE: intent[0],
            EXTRACTOR: type(self).__name__,
        }
