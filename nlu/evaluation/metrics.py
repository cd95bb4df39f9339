"""Figures of merit over what was wanted and what was predicted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.metrics import f1_score, precision_recall_fscore_support

from nlu.classifier.calibration import expected_calibration_error

_DECIMALS = 4
_SHOWN_PER_CONFUSION = 3


def rounded(value: float) -> float:
    """Return ``value`` as a plain float with four decimals, so that reports can be compared line by line."""
    return round(float(value), _DECIMALS)


def summary(
    wanted: Sequence[str], predicted: Sequence[str], confidences: Sequence[float]
) -> dict[str, float]:
    """Return ``accuracy``, ``macro_f1`` (over all intents wanted or predicted) and ``calibration_error`` (ECE)."""
    correct = np.array([want == got for want, got in zip(wanted, predicted, strict=True)], bool)
    return {
        "accuracy": rounded(correct.mean()),
        "macro_f1": rounded(f1_score(wanted, predicted, average="macro", zero_division=0)),
        "calibration_error": rounded(expected_calibration_error(np.array(confidences), correct)),
    }


def per_intent(wanted: Sequence[str], predicted: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return for each wanted intent ``precision``, ``recall``, ``f1`` and its number of ``examples``."""
    names = sorted(set(wanted))
    figures = precision_recall_fscore_support(wanted, predicted, labels=names, zero_division=0)
    return {
        name: {
            "precision": rounded(precision),
            "recall": rounded(recall),
            "f1": rounded(f1),
            "examples": int(examples),
        }
        for name, precision, recall, f1, examples in zip(names, *figures, strict=True)
    }


def confusions(texts: Sequence[str], wanted: Sequence[str], predicted: Sequence[str]) -> list[dict[str, Any]]:
    """Return the pairs that were mixed up, most frequent first, each with up to three of its texts."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for text, want, got in zip(texts, wanted, predicted, strict=True):
        if want != got:
            found[want, got].append(text)
    times = Counter({pair: len(examples) for pair, examples in found.items()})
    return [
        {
            "intent": want,
            "taken_for": got,
            "times": number,
            "examples": found[want, got][:_SHOWN_PER_CONFUSION],
        }
        for (want, got), number in sorted(times.items(), key=lambda item: (-item[1], item[0]))
    ]


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which ``share`` (0 to 100) per cent of ``values`` lie."""
    return rounded(np.percentile(np.array(values), share))
