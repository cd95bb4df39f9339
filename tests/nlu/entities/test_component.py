"""The extractor as Rasa uses it."""

from __future__ import annotations

import pytest
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.entities.component import DutchEntityExtractor


def test_entities_are_added_to_the_message_and_to_the_output():
    message = Message(
        {TEXT: "bestelling 400123456", ENTITIES: [{"entity": "other", "start": 0, "end": 3, "value": "x"}]}
    )
    DutchEntityExtractor(DutchEntityExtractor.get_default_config()).process([message])
    assert message.as_dict(only_output_properties=True)[ENTITIES] == [
        {"entity": "other", "start": 0, "end": 3, "value": "x"},
        {
            "entity": "order_number",
            "start": 11,
            "end": 20,
            "value": "400123456",
            "extractor": "DutchEntityExtractor",
        },
    ]


def test_a_message_without_text_gets_none():
    message = Message({})
    DutchEntityExtractor({}).process([message])
    assert message.get(ENTITIES) == []


def test_numbers_can_be_replaced_and_removed():
    numbers = {"order_number": {"patterns": [r"\b(9\d{3})\b"], "format": "{0}"}, "invoice_number": None}
    message = Message({TEXT: "9123 en F2026-00123 en K123456"})
    DutchEntityExtractor({"numbers": numbers}).process([message])
    assert [each["value"] for each in message.get(ENTITIES)] == ["9123", "K123456"]


def test_a_pattern_that_cannot_be_used_stops_the_training():
    with pytest.raises(InvalidConfigException, match="order_number"):
        DutchEntityExtractor({"numbers": {"order_number": {"patterns": ["("], "format": "{0}"}}})


def test_training_data_is_left_alone():
    data = TrainingData([Message({TEXT: "bestelling 400123456"})])
    assert DutchEntityExtractor.create({}, None, None, None).process_training_data(data) is data
    assert data.training_examples[0].get(ENTITIES) is None
