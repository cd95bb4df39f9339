"""The component in Rasa's pipeline: it may raise the intent that asks for a human, and never lowers it."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.training_data.message import Message

from nlu.human_request import HumanRequestDetector


def detector(**config: Any) -> HumanRequestDetector:
    return HumanRequestDetector.create(
        {**HumanRequestDetector.get_default_config(), **config},
        None,  # it stores nothing
        Resource("human_request"),
        ExecutionContext(GraphSchema({})),
    )


def parsed(
    text: str | None,
    predicted: str | None = None,
    confidence: float = 0.0,
    config: dict[str, Any] | None = None,
) -> dict[str, Any]:
    data: dict[str, Any] = {}
    if text is not None:
        data["text"] = text
    if predicted is not None:
        data["intent"] = {"name": predicted, "confidence": confidence}
        data["intent_ranking"] = [data["intent"], {"name": "greet", "confidence": 0.01}]
    [message] = detector(**(config or {})).process([Message(data)])
    return dict(message.data)


def test_a_request_takes_the_place_of_a_fallback_and_the_ranking_stays_below_it() -> None:
    result = parsed("ik wil een medewerker spreken", "nlu_fallback", 0.3)
    assert result["intent"] == {"name": "talk_to_human", "confidence": 1.0}
    assert [entry["name"] for entry in result["intent_ranking"]] == ["talk_to_human", "nlu_fallback", "greet"]
    assert result["human_request"] == {"asked": True, "cue": "wil een medewerker spreken"}


def test_a_request_takes_the_place_of_another_intent_however_sure() -> None:
    assert parsed("ik wil een medewerker spreken", "goodbye", 0.99)["intent"]["name"] == "talk_to_human"


def test_an_intent_that_was_right_is_not_listed_twice() -> None:
    ranking = parsed("medewerker graag", "talk_to_human", 0.6)["intent_ranking"]
    assert [entry["name"] for entry in ranking] == ["talk_to_human", "greet"]


def test_confidence_is_never_lowered() -> None:
    result = parsed("medewerker graag", "talk_to_human", 0.97, {"confidence": 0.9})
    assert result["intent"]["confidence"] == 0.97


@pytest.mark.parametrize("intent", ["talk_to_human", "track_order"])
def test_without_a_request_the_prediction_stays_as_it_was(intent: str) -> None:
    result = parsed("waar is mijn pakket", intent, 0.4)
    assert result["intent"] == {"name": intent, "confidence": 0.4}
    assert result["human_request"] == {"asked": False, "cue": None}


@pytest.mark.parametrize(
    ("intent", "confidence", "asked"),
    [
        ("track_order", 0.95, False),
        ("track_order", 0.6, True),
        ("nlu_fallback", 0.95, True),
        ("talk_to_human", 0.95, True),
    ],
)
def test_an_uncertain_frame_yields_to_a_classifier_that_is_sure(
    intent: str, confidence: float, asked: bool
) -> None:
    assert parsed("wie kan mij helpen", intent, confidence)["human_request"]["asked"] is asked


def test_it_works_without_a_classifier_and_without_a_text() -> None:
    assert parsed("mens")["intent"]["name"] == "talk_to_human"
    assert parsed(None)["human_request"] == {"asked": False, "cue": None}


def test_another_intent_can_be_named() -> None:
    assert parsed("mens", "greet", 0.9, {"intent": "medewerker"})["intent"]["name"] == "medewerker"


def test_the_opinion_is_part_of_the_parse_result() -> None:
    [message] = detector().process([Message({"text": "mens"})])
    output = message.as_dict(only_output_properties=True)
    assert output["human_request"] == {"asked": True, "cue": "mens"}
    assert output["intent_ranking"] == [output["intent"]]


def test_it_says_what_it_needs() -> None:
    assert HumanRequestDetector.required_components() == [IntentClassifier]
    assert "rapidfuzz" in HumanRequestDetector.required_packages()


def test_a_request_to_be_called_stays_what_it_is() -> None:
    result = parsed("kunt u mij terugbellen", "callback_request", 0.7)
    assert result["intent"]["name"] == "callback_request"
    assert result["human_request"]["asked"]


def test_a_second_question_goes_along_with_the_request() -> None:
    second = {"entity": "next_question", "value": "stores", "start": 0, "end": 3}
    number = {"entity": "order_number", "value": "400123456", "start": 4, "end": 13}
    message = Message({"text": "ik wil een medewerker spreken", "entities": [number, second]})
    [result] = detector().process([message])
    assert result.get("entities") == [number]
