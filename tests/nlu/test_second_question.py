"""The component that hears a second question."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message

from nlu.parts import PART_INTENTS, PARTS, two_parts
from nlu.second_question import SecondQuestion

TEXT = "waar blijft mijn pakket en kan ik het adres nog wijzigen"
WHOLE = {"name": "track_order", "confidence": 0.5}
ENTITY = {"entity": "date", "start": 0, "end": 4, "value": "2026-11-23"}


def understood(first: tuple[str, float], second: tuple[str, float], **config: Any) -> dict[str, Any]:
    component = SecondQuestion.create(
        {**SecondQuestion.get_default_config(), **config},
        None,  # it stores nothing
        Resource("second_question"),
        ExecutionContext(GraphSchema({})),
    )
    message = Message({"text": TEXT, "intent": WHOLE, "entities": [ENTITY]})
    message.set(PARTS, two_parts(TEXT))
    message.set(PART_INTENTS, [(first, second)])
    component.process([message])
    return dict(message.data)


def test_two_questions_are_the_first_and_an_entity_with_the_second():
    result = understood(("track_order", 0.9), ("change_order", 0.8))
    assert result["intent"] == {"name": "track_order", "confidence": 0.9}
    found, second = result["entities"]
    assert found == ENTITY
    assert (second["entity"], second["value"]) == ("next_question", "change_order")
    assert TEXT[second["start"] : second["end"]] == "kan ik het adres nog wijzigen"


def test_one_question_in_two_parts_stays_one():
    result = understood(("track_order", 0.9), ("track_order", 0.9))
    assert (result["intent"], result["entities"]) == (WHOLE, [ENTITY])


def test_a_part_that_is_not_understood_leaves_the_message_whole():
    assert understood(("track_order", 0.9), ("change_order", 0.4))["intent"] == WHOLE


def test_what_is_no_question_of_its_own_leaves_the_message_whole():
    result = understood(("track_order", 0.9), ("thank", 0.9), not_a_question=["thank"])
    assert (result["intent"], result["entities"]) == (WHOLE, [ENTITY])


def test_a_request_for_a_person_in_either_part_is_the_only_question():
    result = understood(("track_order", 0.9), ("talk_to_human", 0.8), wins=["talk_to_human"])
    assert result["intent"] == {"name": "talk_to_human", "confidence": 0.8}
    assert result["entities"] == [ENTITY]


def test_a_message_that_was_not_taken_apart_is_left_alone():
    message = Message({"text": "hallo", "intent": WHOLE})
    component = SecondQuestion(SecondQuestion.get_default_config())
    assert dict(component.process([message])[0].data) == {"text": "hallo", "intent": WHOLE}
