"""The wordings with which the guarantee asks for a human are not what the assistant learned from, and all are heard."""

from __future__ import annotations

import csv

import pytest

from guarantee.inputs import human_requests
from guarantee.servers import ROOT
from nlu.evaluation.crossval import read_training_data

_HUMAN = {"talk_to_human", "callback_request"}


def _bare(text: str) -> str:
    return " ".join("".join(letter if letter.isalnum() else " " for letter in text.lower()).split())


def test_there_are_many_and_none_twice():
    bare = [_bare(text) for text in human_requests()]
    assert len(bare) >= 100
    assert len(set(bare)) == len(bare)


def test_none_is_training_data():
    known = {_bare(sentence.text) for sentence in read_training_data(ROOT / "data")}
    assert [text for text in human_requests() if _bare(text) in known] == []


@pytest.mark.parametrize("path", sorted((ROOT / "tests" / "nlu").rglob("*.csv")), ids=lambda path: path.stem)
def test_none_is_used_for_another_measurement(path):
    with path.open(encoding="utf-8", newline="") as file:
        known = {_bare(row["text"]) for row in csv.DictReader(file)}
    assert [text for text in human_requests() if _bare(text) in known] == []


def test_each_is_heard(world):
    assert [
        t for t in human_requests() if world.assistant.understand(t)["intent"]["name"] not in _HUMAN
    ] == []
