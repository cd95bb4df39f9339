import numpy as np
import pytest
from scipy.special import softmax

from nlu.classifier.calibration import expected_calibration_error, fit_sharpness


def test_the_sharpness_that_made_the_labels_is_found_again():
    draw = np.random.default_rng(5)
    scores = draw.uniform(-0.2, 1, size=(6000, 4))
    chances = softmax(8 * scores, axis=1)
    targets = np.array([draw.choice(4, p=row) for row in chances])

    assert fit_sharpness(scores, targets) == pytest.approx(8, rel=0.1)


@pytest.mark.parametrize(
    ("confidences", "correct", "error"),
    [
        ([0.9, 0.9, 0.1, 0.1], [True, True, False, False], 0.1),
        ([1.0, 1.0], [False, False], 1.0),
        ([0.5, 0.5], [True, False], 0.0),
        ([], [], 0.0),
    ],
)
def test_the_calibration_error_is_the_gap_between_confidence_and_truth(confidences, correct, error):
    measured = expected_calibration_error(np.array(confidences), np.array(correct, bool))

    assert measured == pytest.approx(error)
