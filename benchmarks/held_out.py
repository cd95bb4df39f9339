"""How well the newest model does on sentences that nobody trained on: intents, scope, human requests, two questions.

    .venv/assistant/bin/python -m benchmarks.held_out [development|test]

JSON on standard output, progress on standard error. The whole pipeline of ``config.yml`` reads every sentence, as it does a
customer's. ``test`` (the default) is for final figures alone; choose with ``development``.
"""

from __future__ import annotations

import csv
import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from nlu.evaluation import metrics
from nlu.evaluation.benchmark import is_refused
from nlu.evaluation.pipeline import PROJECT, Pipeline, newest_model, progress
from nlu.human_request import asks_for_human

SENTENCES = PROJECT / "tests" / "nlu"
HUMAN_REQUESTS = {
    # Written for the detector, before it existed.
    "plain": (SENTENCES / "human_request" / "test.csv", "label", "request"),
    # Each near miss names a person, a telephone or a colleague; requests are hidden among other things.
    "hard": (SENTENCES / "held_out" / "human_requests.csv", "asks_for_human", "true"),
}
HUMAN = {"talk_to_human", "callback_request"}
OUT_OF_SCOPE = "out_of_scope"


def main(name: str = "test") -> dict[str, Any]:
    """Return all figures; ``name`` is the file of labelled sentences to judge the intents on."""
    pipeline = Pipeline(newest_model())
    try:
        return {
            "intents": {name: intents(pipeline, SENTENCES / "held_out" / f"{name}.csv")},
            "human_requests": {
                kind: human_requests(pipeline, *where) for kind, where in HUMAN_REQUESTS.items()
            },
            "two_questions": two_questions(pipeline),
        }
    finally:
        pipeline.close()


def intents(pipeline: Pipeline, path: Path) -> dict[str, Any]:
    """Accuracy and the like of the classifier's first choice, what is refused, and milliseconds a message."""
    rows = _rows(path)
    results, milliseconds = [], []
    for row in rows:
        start = time.perf_counter()
        results.append(pipeline.parse(row["text"]))
        milliseconds.append(1000 * (time.perf_counter() - start))
    wanted = [row["intent"] for row in rows]
    chosen = [result["classified_intent"] for result in results]
    refused = np.array([is_refused(result) for result in results])
    outside = np.array([intent == OUT_OF_SCOPE for intent in wanted])
    return {
        "sentences": len(rows),
        **metrics.summary(
            wanted, [choice["name"] for choice in chosen], [choice["confidence"] for choice in chosen]
        ),
        "out_of_scope_refused": _share(refused[outside]),
        "in_scope_answered": _share(~refused[~outside]),
        "milliseconds_p50": round(float(np.median(milliseconds)), 1),
    }


def human_requests(pipeline: Pipeline, path: Path, column: str, yes: str) -> dict[str, Any]:
    """Share of the requests that end with a person, and of the near misses; also by the detector alone."""
    rows = _rows(path)
    asked = np.array([row[column] == yes for row in rows])
    heard = np.array([pipeline.parse(row["text"])["intent"]["name"] in HUMAN for row in rows])
    detected = np.array([asks_for_human(row["text"]) is not None for row in rows])
    return {
        "requests": int(asked.sum()),
        "near_misses": int((~asked).sum()),
        "recall": _share(heard[asked]),
        "false_alarms": _share(heard[~asked]),
        "detector_recall": _share(detected[asked]),
        "detector_false_alarms": _share(detected[~asked]),
    }


def two_questions(pipeline: Pipeline) -> dict[str, Any]:
    """Share of the messages with two questions of which both are right, and of the others that are taken apart.

    Where either is a request for a person, that is the only right reading.
    """
    rows = _rows(SENTENCES / "held_out" / "two_questions.csv")
    read = [pipeline.parse(row["text"]) for row in rows]
    seconds = [
        next((each["value"] for each in result["entities"] if each["entity"] == "next_question"), "")
        for result in read
    ]
    two = np.array([bool(row["second"]) for row in rows])
    both = np.array(
        [
            result["intent"]["name"] in HUMAN
            if HUMAN & {row["first"], row["second"]}
            else (result["intent"]["name"], second) == (row["first"], row["second"])
            for row, result, second in zip(rows, read, seconds, strict=True)
        ]
    )
    apart = np.array([bool(second) for second in seconds])
    return {
        "both_right": _share(both[two]),
        "one_taken_for_two": _share(apart[~two]),
    }


def _rows(path: Path) -> list[dict[str, str]]:
    progress(f"Reading {path.name} ...")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _share(which: np.ndarray) -> float:
    return round(float(which.mean()), 3)


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:2]), indent=2))
