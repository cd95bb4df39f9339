"""Train the pipeline of ``config.yml`` on one CSV file and test it on another."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nlu.classifier.scope import OUT_OF_SCOPE
from nlu.evaluation import metrics
from nlu.evaluation.pipeline import CONFIG, Pipeline, load_rasa, progress, scratch, train
from nlu.evaluation.sentences import EvaluationError, Sentence, read_sentences

FALLBACK = "nlu_fallback"


def benchmark(train_file: str | Path, test_file: str | Path, config: str | Path = CONFIG) -> dict[str, Any]:
    """Return the figures of the pipeline of ``config``, trained on ``train_file`` and tested on ``test_file``.

    Both are CSV files (``nlu.evaluation.sentences``). In the result:

    ``accuracy``, ``macro_f1``, ``calibration_error`` judge the classifier's own first choice among the intents of
    ``train_file``, as published benchmarks do. ``whole_pipeline`` judges the intent that the assistant would act on, so
    after fallback and human-request detector: a fallback counts as wrong there, and its share is given.
    ``out_of_scope``, only when ``test_file`` has sentences labelled so: the share of those that was refused (fallback
    or ``out_of_scope``), and the share of all others that was answered. When ``train_file`` has no such intent, those
    sentences count in this part alone. An intent that only occurs in ``test_file`` counts as wrong.

    Raises:
        EvaluationError: a file cannot be read, or there are fewer than two intents to learn.
    """
    learnt, asked = read_sentences(Path(train_file)), read_sentences(Path(test_file))
    intents = {sentence.intent for sentence in learnt}
    if len(intents) < 2:
        raise EvaluationError(f"{train_file} has only one intent; there is nothing to tell apart.")
    load_rasa()
    with scratch() as directory:
        progress(f"Training on {len(learnt)} sentences of {len(intents)} intents ...")
        started = time.perf_counter()
        model = train(learnt, directory, Path(config))
        seconds = time.perf_counter() - started
        pipeline = Pipeline(model)
    progress(f"Testing on {len(asked)} sentences ...")
    try:
        pipeline.parse("eerste bericht: laadt wat nog niet geladen is")
        parsed, milliseconds = [], []
        for sentence in asked:
            started = time.perf_counter()
            parsed.append(pipeline.parse(sentence.text))
            milliseconds.append(1000 * (time.perf_counter() - started))
    finally:
        pipeline.close()
    return {
        "train": {"examples": len(learnt), "intents": len(intents), "seconds": round(seconds, 2)},
        "test": {"examples": len(asked)},
        **_figures(asked, parsed, intents),
        "milliseconds_per_message": {
            "p50": metrics.percentile(milliseconds, 50),
            "p95": metrics.percentile(milliseconds, 95),
        },
    }


def _figures(
    asked: Sequence[Sentence], parsed: Sequence[dict[str, Any]], intents: set[str]
) -> dict[str, Any]:
    judged = [
        (sentence.intent, result)
        for sentence, result in zip(asked, parsed, strict=True)
        if sentence.intent != OUT_OF_SCOPE or OUT_OF_SCOPE in intents
    ]
    wanted = [intent for intent, _ in judged]
    # Rasa's own classifiers do not keep their choice apart
    first = [result.get("classified_intent") or result["intent"] for _, result in judged]
    acted_on = [result["intent"]["name"] for _, result in judged]
    figures: dict[str, Any] = {}
    if judged:
        names, confidences = [one["name"] for one in first], [one["confidence"] for one in first]
        figures.update(metrics.summary(wanted, names, confidences))
        figures["whole_pipeline"] = {
            "accuracy": metrics.rounded(
                _share(want == got for want, got in zip(wanted, acted_on, strict=True))
            ),
            "fallback": metrics.rounded(_share(got == FALLBACK for got in acted_on)),
            "human_request_raised": metrics.rounded(
                _share(
                    result["human_request"]["asked"] for _, result in judged if result.get("human_request")
                )
            ),
        }
    figures["unknown_intents"] = sorted({s.intent for s in asked} - intents - {OUT_OF_SCOPE})
    outside = [is_refused(r) for s, r in zip(asked, parsed, strict=True) if s.intent == OUT_OF_SCOPE]
    if outside:
        inside = [not is_refused(r) for s, r in zip(asked, parsed, strict=True) if s.intent != OUT_OF_SCOPE]
        figures["out_of_scope"] = {
            "examples": len(outside),
            "refused": metrics.rounded(_share(outside)),
            "answered_of_the_others": metrics.rounded(_share(inside)),
        }
    return figures


def is_refused(result: dict[str, Any]) -> bool:
    """Return whether the assistant would say that it did not understand, or that this is not what it is for."""
    return result["intent"]["name"] in {None, FALLBACK, OUT_OF_SCOPE}


def _share(flags: Any) -> float:
    counted = [bool(flag) for flag in flags]
    return sum(counted) / len(counted) if counted else 0.0
