from dataclasses import replace

import numpy as np
import pytest

from nlu.classifier.model import IntentModel
from nlu.classifier.names import in_words

TEXTS = ["hallo daar", "goedemorgen", "hoi", "tot ziens", "dag hoor", "doei"]
LABELS = ["greet"] * 3 + ["goodbye"] * 3


def _vectors(n: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, 8)).astype(np.float32)


@pytest.fixture
def model() -> IntentModel:
    return IntentModel.fit(TEXTS, _vectors(6), LABELS)


def test_training_sentences_are_recognised_and_are_their_own_nearest_examples(model):
    predictions = model.predict(TEXTS, _vectors(6))

    assert [prediction.ranking[0][0] for prediction in predictions] == LABELS
    assert [prediction.nearest[0].text for prediction in predictions] == TEXTS
    assert all(prediction.nearest[0].similarity == pytest.approx(1) for prediction in predictions)


def test_a_ranking_holds_all_intents_from_likely_to_unlikely(model):
    (prediction,) = model.predict(["hoi allemaal"], _vectors(1, seed=2))
    confidences = [confidence for _, confidence in prediction.ranking]

    assert {name for name, _ in prediction.ranking} == {"greet", "goodbye"}
    assert confidences == sorted(confidences, reverse=True)
    assert all(0 <= confidence <= 1 for confidence in confidences)


def test_near_certainty_that_a_message_is_out_of_scope_is_a_probability():
    model = IntentModel.fit(TEXTS, _vectors(6), ["out_of_scope"] * 3 + ["goodbye"] * 3)
    predictions = replace(model, sharpness=1000.0).predict(TEXTS, _vectors(6))

    assert [prediction.ranking[0][0] for prediction in predictions] == ["out_of_scope"] * 3 + ["goodbye"] * 3
    assert all(
        sum(chance for _, chance in prediction.ranking) == pytest.approx(1) for prediction in predictions
    )


def test_a_stored_model_predicts_exactly_the_same(model, tmp_path):
    model.save(tmp_path)
    asked = ["hoi", "", "iets heel anders 😀"]

    assert IntentModel.load(tmp_path).predict(asked, _vectors(3, 4)) == model.predict(asked, _vectors(3, 4))


def test_a_stored_model_holds_no_python_objects(model, tmp_path):
    model.save(tmp_path)
    with np.load(tmp_path / "intents.npz", allow_pickle=False) as arrays:
        assert all(arrays[name].dtype != object for name in arrays.files)


def test_training_is_repeatable():
    one, other = (IntentModel.fit(TEXTS, _vectors(6), LABELS) for _ in range(2))

    assert one.sharpness == other.sharpness
    np.testing.assert_array_equal(one.coefficients, other.coefficients)


def test_what_nobody_said_is_learnt_from_but_never_shown():
    texts, labels = [*TEXTS, "greet", "goodbye"], [*LABELS, "greet", "goodbye"]
    model = IntentModel.fit(texts, _vectors(8), labels, [True] * 6 + [False] * 2)
    (prediction,) = model.predict(["goodbye"], _vectors(8)[7:])

    assert prediction.ranking[0][0] == "goodbye"
    assert {example.text for example in prediction.nearest} <= set(TEXTS)


def test_a_single_intent_is_certain():
    model = IntentModel.fit(["hallo", "hoi"], _vectors(2), ["greet", "greet"])

    assert model.predict(["hoi"], _vectors(2)[1:])[0].ranking == [("greet", pytest.approx(1))]


def test_the_same_sentence_twice_does_not_make_the_model_surer():
    once = IntentModel.fit(TEXTS, _vectors(6), LABELS)
    twice = IntentModel.fit(TEXTS * 2, np.tile(_vectors(6), (2, 1)), LABELS * 2)

    assert twice.sharpness <= once.sharpness * 1.5


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("cancel_booking", "cancel booking"),
        ("alarm/set_alarm", "alarm set alarm"),
        ("SearchFlights2", "search flights"),
        ("vraag-over-één", "vraag over één"),
        ("42", ""),
    ],
)
def test_names_are_read_as_words(name, words):
    assert in_words(name) == words
