"""From scores to probabilities that can be believed, and the measure of how far they can."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

Floats = NDArray[np.floating[Any]]

_BINS = 15
# Scores of the classifier lie between about -0.2 and 1.2: 1 is nearly indifference, 60 nearly certainty.
_FLATTEST, _SHARPEST = 0.5, 60.0


def fit_sharpness(scores: Floats, targets: NDArray[np.int64]) -> float:
    """Return the factor that makes ``softmax(factor * scores)`` most likely to have given ``targets``.

    This is temperature scaling (Guo et al. 2017, "On Calibration of Modern Neural Networks"), with one over the
    temperature. ``scores`` (n, classes) must come from models that did not see the example itself.
    """
    rows = np.arange(len(targets))

    def loss(sharpness: float) -> float:
        return float(-log_softmax(sharpness * scores, axis=1)[rows, targets].mean())

    best = minimize_scalar(loss, bounds=(_FLATTEST, _SHARPEST), method="bounded")
    return float(best.x)


def expected_calibration_error(confidences: Floats, correct: NDArray[np.bool_]) -> float:
    """Return the mean gap between confidence and share of correct answers, over 15 equally wide bins.

    Both arguments have shape (n,). 0 is perfect; 0 for no examples at all (Guo et al. 2017).
    """
    if not len(confidences):
        return 0.0
    bins = np.minimum((np.asarray(confidences) * _BINS).astype(int), _BINS - 1)
    gap = 0.0
    for number in range(_BINS):
        inside = bins == number
        if inside.any():
            gap += abs(float(confidences[inside].mean()) - float(correct[inside].mean())) * float(
                inside.mean()
            )
    return gap
