from pathlib import Path

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.intent_classifier import CLASSIFIED_INTENT, NEAREST_EXAMPLES, DutchIntentClassifier
from nlu.intent_names import FROM_NAME

CONTEXT = ExecutionContext(GraphSchema({}), node_name="tested")
RESOURCE = Resource("tested")
CONFIG = DutchIntentClassifier.get_default_config()
SENTENCES = {
    "hallo daar": "greet",
    "hoi": "greet",
    "goedemorgen": "greet",
    "tot ziens": "bye",
    "doei": "bye",
    "dag": "bye",
}


@pytest.fixture
def storage(tmp_path: Path) -> LocalModelStorage:
    return LocalModelStorage(tmp_path)


def _with_vector(message: Message) -> Message:
    """Add a vector that depends on the text alone."""
    draw = np.random.default_rng(list(message.get(TEXT).encode("utf-8", "replace")))
    vector = draw.normal(size=(1, 6)).astype(np.float32)
    message.add_features(Features(vector, FEATURE_TYPE_SENTENCE, TEXT, "test"))
    return message


def _training_data() -> TrainingData:
    messages = [_with_vector(Message.build(text, intent=intent)) for text, intent in SENTENCES.items()]
    name = _with_vector(Message.build("bye", intent="bye"))
    name.set(FROM_NAME, True)
    blank = Message.build(" ", intent="greet")
    return TrainingData([*messages, name, blank])


def _trained(storage: LocalModelStorage, **config) -> DutchIntentClassifier:
    classifier = DutchIntentClassifier.create({**CONFIG, **config}, storage, RESOURCE, CONTEXT)
    classifier.train(_training_data())
    return classifier


def test_a_message_gets_intent_ranking_and_nearest_examples(storage):
    (message,) = _trained(storage).process([_with_vector(Message.build("hallo daar"))])

    assert message.get(INTENT)["name"] == "greet"
    assert message.get(INTENT) == message.get(INTENT_RANKING_KEY)[0] == message.get(CLASSIFIED_INTENT)
    assert message.get(NEAREST_EXAMPLES)[0] == {"text": "hallo daar", "intent": "greet", "similarity": 1.0}
    assert len(message.get(NEAREST_EXAMPLES)) == 3
    assert {INTENT, INTENT_RANKING_KEY, CLASSIFIED_INTENT, NEAREST_EXAMPLES} <= message.output_properties


def test_a_loaded_classifier_says_the_same(storage):
    trained = _trained(storage)
    loaded = DutchIntentClassifier.load(CONFIG, storage, RESOURCE, CONTEXT)
    texts = ["hallo", "dag hoor", "wat kost dat"]
    one, other = (c.process([_with_vector(Message.build(text)) for text in texts]) for c in (trained, loaded))

    assert [m.get(INTENT_RANKING_KEY) for m in one] == [m.get(INTENT_RANKING_KEY) for m in other]
    assert [m.get(NEAREST_EXAMPLES) for m in one] == [m.get(NEAREST_EXAMPLES) for m in other]


def test_the_ranking_can_be_kept_short(storage):
    (message,) = _trained(storage, ranking_length=1).process([_with_vector(Message.build("hoi"))])

    assert len(message.get(INTENT_RANKING_KEY)) == 1


@pytest.mark.parametrize("text", ["", " ", "\ud800", "😀"])
def test_a_text_without_a_vector_is_classified_all_the_same(storage, text):
    (message,) = _trained(storage).process([Message.build(text)])

    assert message.get(INTENT)["name"] in {"greet", "bye"}


def test_without_examples_there_is_no_intent(storage):
    untrained = DutchIntentClassifier.create(CONFIG, storage, RESOURCE, CONTEXT)
    untrained.train(TrainingData())
    loaded = DutchIntentClassifier.load(CONFIG, storage, RESOURCE, CONTEXT)

    for classifier in (untrained, loaded):
        (message,) = classifier.process([Message.build("hallo")])
        assert message.get(INTENT) == {"name": None, "confidence": 0.0}
        assert message.get(INTENT_RANKING_KEY) == []


def test_without_a_dense_featurizer_training_says_what_is_missing(storage):
    classifier = DutchIntentClassifier.create(CONFIG, storage, RESOURCE, CONTEXT)
    with pytest.raises(InvalidConfigException, match="dense featurizer"):
        classifier.train(TrainingData([Message.build("hallo", intent="greet")]))


@pytest.mark.parametrize("length", [0, -1, "tien", None])
def test_a_ranking_length_that_makes_no_sense_is_refused(length):
    with pytest.raises(InvalidConfigException, match="ranking_length"):
        DutchIntentClassifier.validate_config({"ranking_length": length})


@pytest.mark.parametrize("setting", [{"intents": ["x"], "probability": 1.5}, {"intents": "x"}])
def test_a_demand_of_certainty_that_makes_no_sense_is_refused(setting):
    with pytest.raises(InvalidConfigException, match="needs_certainty"):
        DutchIntentClassifier.validate_config({"needs_certainty": setting})


@pytest.mark.parametrize(("probability", "chosen"), [(0.0, True), (1.0, False)])
def test_an_intent_that_must_be_likely_gives_way_to_the_best_of_the_others(storage, probability, chosen):
    plain = _trained(storage).process([_with_vector(Message.build("hoi"))])[0]
    ranking = plain.get("intent_ranking")
    best = ranking[0]["name"]
    demanding = _trained(storage, needs_certainty={"intents": [best], "probability": probability})
    message = demanding.process([_with_vector(Message.build("hoi"))])[0]
    expected = ranking if chosen else [ranking[1], ranking[0], *ranking[2:]]
    assert message.get("intent_ranking") == expected
    assert message.get("intent") == expected[0]


def test_a_message_that_turns_a_person_down_gives_way_too(storage):
    text = "ik wil niet met een mens praten"
    ranking = _trained(storage).process([_with_vector(Message.build(text))])[0].get("intent_ranking")
    demanding = _trained(storage, needs_certainty={"intents": [ranking[0]["name"]], "probability": 0.0})
    message = demanding.process([_with_vector(Message.build(text))])[0]
    assert message.get("intent") == ranking[1]


def test_no_messages_is_no_work(storage):
    assert _trained(storage).process([]) == []


def test_it_says_what_it_needs():
    assert DutchIntentClassifier.required_components() == [DenseFeaturizer]
    assert "scipy" in DutchIntentClassifier.required_packages()
