"""The held-out sentences are no near-copies of training examples, and there are enough of each intent that is measured."""

import csv
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import yaml
from sklearn.feature_extraction.text import TfidfVectorizer

from nlu.evaluation.crossval import read_training_data

PROJECT = Path(__file__).resolve().parents[2]
HELD_OUT = PROJECT / "tests" / "nlu" / "held_out"
BENCHMARKS = PROJECT / "benchmarks" / "nlu"
# Cosine of the counts of character 2- to 4-grams. Short greetings are a closed set and cannot all differ, hence the
# length; above 0.8 two sentences of that length differ in a word or less.
HIGHEST_SIMILARITY = 0.8
SHORTEST_COMPARED = 20
FEWEST_PER_INTENT = {"development.csv": 5, "test.csv": 9}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _texts(path: Path) -> list[str]:
    return [row["text"] for row in _rows(path)]


def _intents() -> set[str]:
    declared = yaml.safe_load((PROJECT / "domain.yml").read_text(encoding="utf-8"))["intents"]
    return {name if isinstance(name, str) else next(iter(name)) for name in declared}


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


@pytest.mark.parametrize("name", ["development.csv", "test.csv", "human_requests.csv", "two_questions.csv"])
def test_held_out_sentences_are_no_near_copies_of_training_examples(name):
    training = [sentence.text for sentence in read_training_data(PROJECT / "data")]

    assert near_copies(_texts(HELD_OUT / name), training) == []


@pytest.mark.parametrize("name", ["travel", "assistant"])
def test_the_test_half_of_a_benchmark_is_no_near_copy_of_its_training_half(name):
    assert (
        near_copies(_texts(BENCHMARKS / f"{name}_test.csv"), _texts(BENCHMARKS / f"{name}_train.csv")) == []
    )


@pytest.mark.parametrize("name", FEWEST_PER_INTENT)
def test_an_intent_that_is_measured_has_enough_sentences_for_it(name):
    """A designer's new intent may have none yet; docs/voor-designers.md asks for them."""
    held_out = Counter(row["intent"] for row in _rows(HELD_OUT / name))

    assert set(held_out) <= _intents()
    assert {intent: n for intent, n in held_out.items() if n < FEWEST_PER_INTENT[name]} == {}


def test_what_is_chosen_with_is_also_measured():
    development, test = ({row["intent"] for row in _rows(HELD_OUT / name)} for name in FEWEST_PER_INTENT)

    assert development == test


def test_two_questions_are_of_two_different_intents_of_the_domain():
    rows = _rows(HELD_OUT / "two_questions.csv")
    asked = {intent for row in rows for intent in (row["first"], row["second"]) if intent}

    assert asked <= _intents()
    assert [row["text"] for row in rows if row["first"] == row["second"]] == []
    assert {bool(row["second"]) for row in rows} == {True, False}


def test_no_sentence_to_choose_with_is_also_a_sentence_to_measure_with():
    development, test = (
        {text.lower().strip(" .?!") for text in _texts(HELD_OUT / name)} for name in FEWEST_PER_INTENT
    )

    assert development & test == set()


def test_a_near_copy_is_found():
    training = ["wanneer wordt mijn bestelling geleverd", "ik wil een klacht indienen"]

    assert near_copies(["Op welke dag wordt mijn bestelling gebracht?"], training) == []
    assert len(near_copies(["wanneer word mijn bestelling geleverd?"], training)) == 1
