import pytest

from nlu.evaluation import metrics

TEXTS = ["a", "b", "c", "d"]
WANTED = ["greet", "greet", "bye", "bye"]
PREDICTED = ["greet", "bye", "bye", "thank"]


def test_the_summary_is_worked_out_by_hand():
    figures = metrics.summary(WANTED, PREDICTED, [1.0, 1.0, 1.0, 1.0])

    assert figures == {
        "accuracy": 0.5,
        # greet: precision 1, recall 1/2; bye: 1/2 and 1/2; thank: never right
        "macro_f1": pytest.approx((2 / 3 + 1 / 2 + 0) / 3, abs=1e-4),
        "calibration_error": 0.5,
    }


def test_each_wanted_intent_has_its_figures():
    figures = metrics.per_intent(WANTED, PREDICTED)

    assert list(figures) == ["bye", "greet"]
    assert figures["greet"] == {"precision": 1.0, "recall": 0.5, "f1": 0.6667, "examples": 2}


def test_confusions_come_with_their_texts_most_frequent_first():
    found = metrics.confusions([*TEXTS, "e"], [*WANTED, "bye"], [*PREDICTED, "thank"])

    assert found == [
        {"intent": "bye", "taken_for": "thank", "times": 2, "examples": ["d", "e"]},
        {"intent": "greet", "taken_for": "bye", "times": 1, "examples": ["b"]},
    ]


def test_percentiles():
    assert metrics.percentile([1.0, 2.0, 3.0, 4.0, 100.0], 50) == 3.0
