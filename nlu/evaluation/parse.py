"""Understand lines of text with the newest trained model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from nlu.evaluation.benchmark import FALLBACK, is_refused
from nlu.evaluation.pipeline import Pipeline, newest_model, progress
from nlu.evaluation.sentences import EvaluationError

_RANKING = 3
# Both end with a person having it; the second says how.
_HUMAN_INTENTS = ("talk_to_human", "callback_request")


def parse(lines: Iterable[str], model: str | Path | None = None) -> Iterator[dict[str, Any]]:
    """Yield for each line that is not blank what the assistant makes of it, all components included.

    ``text``; ``intent`` and ``confidence``: what it acts on; ``ranking``: the three likeliest intents with their
    confidence; ``entities``: ``entity``, ``value``, ``start``, ``end``; ``human_request``: whether the assistant takes the
    text as asking for a human, and ``human_request_cue``: the words by which the detector sees it; ``fallback``:
    whether it is refused, as not understood or as out of scope; ``nearest_examples``: the training sentences most
    like it.

    Raises:
        EvaluationError: there is no model (``model`` defaults to the newest in ``models/``).
    """
    path = Path(model) if model else newest_model()
    progress(f"Using {path.name}")
    pipeline = Pipeline(path)
    try:
        for line in lines:
            text = line.strip("\r\n")
            if text.strip():
                yield _described(text, pipeline.parse(text))
    finally:
        pipeline.close()


def read_lines(path: str | Path) -> list[str]:
    """Return the lines of a UTF-8 text file.

    Raises:
        EvaluationError: it cannot be read.
    """
    try:
        return Path(path).read_text("utf-8-sig").split("\n")
    except OSError as error:
        raise EvaluationError(f"Cannot read {path}: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise EvaluationError(f"{path} is not UTF-8 (byte {error.start}).") from error


def _described(text: str, result: dict[str, Any]) -> dict[str, Any]:
    request = result.get("human_request") or {"asked": False, "cue": None}
    ranking = [one for one in result["intent_ranking"] if one["name"] != FALLBACK]
    return {
        "text": text,
        "intent": result["intent"]["name"],
        "confidence": round(float(result["intent"]["confidence"]), 4),
        "ranking": [
            {"name": one["name"], "confidence": round(float(one["confidence"]), 4)}
            for one in ranking[:_RANKING]
        ],
        "entities": [
            {key: entity[key] for key in ("entity", "value", "start", "end") if key in entity}
            for entity in result["entities"]
        ],
        "human_request": bool(request["asked"]) or result["intent"]["name"] in _HUMAN_INTENTS,
        "human_request_cue": request["cue"],
        "fallback": is_refused(result),
        "nearest_examples": result.get("nearest_examples", []),
    }
