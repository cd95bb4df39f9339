"""The Rasa component."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.entities.extract import extract
from nlu.entities.numbers import DEFAULT_NUMBERS, number_kinds


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class DutchEntityExtractor(GraphComponent, EntityExtractorMixin):
    """Adds the entities that patterns find and checks confirm to a message. Needs nothing but its text.

    Config: `numbers`, per entity `{"patterns": [...], "format": "..."}`: how the organisation writes its own numbers
    (`nlu.entities.numbers.DEFAULT_NUMBERS`). A kind that is given replaces the default; null removes it.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The defaults: the numbers of the demo organisation."""
        return {"numbers": {}}

    def __init__(self, config: dict[str, Any]) -> None:
        """Compile the patterns.

        Raises:
            InvalidConfigException: a pattern or format cannot be used.
        """
        settings = {**DEFAULT_NUMBERS, **(config.get("numbers") or {})}
        try:
            self._kinds = number_kinds(
                {name: setting for name, setting in settings.items() if setting is not None}
            )
        except ValueError as error:
            raise InvalidConfigException(f"DutchEntityExtractor, numbers: {error}") from error

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> DutchEntityExtractor:
        """Rasa's constructor. There is nothing to train or load."""
        return cls(config)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Training examples keep the annotations that designers gave them."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add `{entity, start, end, value, extractor}` for each find to what earlier extractors found."""
        for message in messages:
            found = [
                {"entity": each.entity, "start": each.start, "end": each.end, "value": each.value}
                for each in extract(message.get(TEXT) or "", self._kinds)
            ]
            entities = [*message.get(ENTITIES, []), *self.add_extractor_name(found)]
            message.set(ENTITIES, entities, add_to_output=True)
        return messages
