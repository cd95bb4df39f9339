"""Reads the sentences that the detector is developed on and measured with."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

from nlu.human_request import asks_for_human


class Figures(NamedTuple):
    recall: float
    false_alarms: float


def sentences(split: str, label: str) -> list[str]:
    """Return the texts of ``development.csv`` or ``test.csv`` with one label: ``request`` or ``no_request``."""
    with Path(__file__).with_name(f"{split}.csv").open(encoding="utf-8", newline="") as file:
        return [row["text"] for row in csv.DictReader(file) if row["label"] == label]


def share_raised(texts: list[str]) -> float:
    return sum(asks_for_human(text) is not None for text in texts) / len(texts)


def figures(split: str) -> Figures:
    return Figures(share_raised(sentences(split, "request")), share_raised(sentences(split, "no_request")))
