"""Accuracy on seeded typing errors, through the parts of the pipeline up to the classifier."""

import random
from pathlib import Path

import pytest

from nlu.evaluation.crossval import predict_after_training
from nlu.evaluation.sentences import Sentence, read_sentences
from nlu.typing_noise import perturb

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks" / "nlu"


def _accuracy(learnt: list[Sentence], asked: list[Sentence], texts: list[str]) -> float:
    predictions = predict_after_training(learnt, texts)
    right = [p.ranking[0][0] == s.intent for p, s in zip(predictions, asked, strict=True)]
    return sum(right) / len(right)


# A few points under what docs/nlu.md reports, so that only a real loss fails.
@pytest.mark.parametrize(("name", "clean", "mistyped"), [("travel", 0.73, 0.66), ("assistant", 0.85, 0.81)])
def test_typing_errors_cost_little(name, clean, mistyped):
    learnt = read_sentences(BENCHMARKS / f"{name}_train.csv")
    asked = read_sentences(BENCHMARKS / f"{name}_test.csv")
    draw = random.Random(7)
    texts = [sentence.text for sentence in asked]

    assert _accuracy(learnt, asked, texts) >= clean
    assert _accuracy(learnt, asked, [perturb(text, draw, 0.3) for text in texts]) >= mistyped


def test_capitals_change_nothing():
    learnt = read_sentences(BENCHMARKS / "travel_train.csv")
    texts = ["waar is mijn koffer", "ik wil mijn reis omboeken", "krijg ik mijn geld terug"]
    small, capital = (
        predict_after_training(learnt, asked) for asked in (texts, [text.upper() for text in texts])
    )

    assert [p.ranking for p in small] == [p.ranking for p in capital]
