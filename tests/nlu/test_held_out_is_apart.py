"""No held-out sentence may be a near-copy of a training example: the figures would say nothing about customers."""

import csv
from pathlib import Path

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from nlu.evaluation.crossval import read_training_data

PROJECT = Path(__file__).resolve().parents[2]
HELD_OUT = PROJECT / "tests" / "nlu" / "held_out"
BENCHMARKS = PROJECT / "benchmarks" / "nlu"
# Cosine of the counts of character 2- to 4-grams. Short greetings are a closed set and cannot all differ, hence the
# length; above 0.8 two sentences of that length differ in a word or less.
HIGHEST_SIMILARITY = 0.8
SHORTEST_COMPARED = 20


def _texts(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return [row["text"] for row in csv.DictReader(file)]


def near_copies(held_out: list[str], training: list[str]) -> list[tuple[float, str, str]]:
    """Return the held-out sentences that are too much like a training sentence, with it, most alike first."""
    ngrams = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), use_idf=False)
    known = ngrams.fit_transform(training)
    asked = [text for text in held_out if len(text) >= SHORTEST_COMPARED]
    similarities = (ngrams.transform(asked) @ known.T).toarray() if asked else np.zeros((0, 1))
    nearest = similarities.argmax(axis=1)
    found = [
        (round(float(row[best]), 3), text, training[best])
        for row, best, text in zip(similarities, nearest, asked, strict=True)
        if row[best] > HIGHEST_SIMILARITY
    ]
    return sorted(found, reverse=True)


@pytest.mark.parametrize("name", ["development.csv", "test.csv", "human_requests.csv"])
def test_held_out_sentences_are_no_near_copies_of_training_examples(name):
    training = [sentence.text for sentence in read_training_data(PROJECT / "data")]

    assert near_copies(_texts(HELD_OUT / name), training) == []


@pytest.mark.parametrize("name", ["travel", "assistant"])
def test_the_test_half_of_a_benchmark_is_no_near_copy_of_its_training_half(name):
    assert (
        near_copies(_texts(BENCHMARKS / f"{name}_test.csv"), _texts(BENCHMARKS / f"{name}_train.csv")) == []
    )


def test_a_near_copy_is_found():
    training = ["wanneer wordt mijn bestelling geleverd", "ik wil een klacht indienen"]

    assert near_copies(["Op welke dag wordt mijn bestelling gebracht?"], training) == []
    assert len(near_copies(["wanneer word mijn bestelling geleverd?"], training)) == 1
