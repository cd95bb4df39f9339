import numpy as np

from nlu.classifier import ridge


def _kernel(seed: int, n: int = 24) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    points = draw.normal(size=(n, 5))
    return points @ points.T, draw.integers(0, 3, n)


def _retrained(similarities, targets, left_out):
    kept = np.setdiff1d(np.arange(len(targets)), left_out)
    fitted = ridge.fit(similarities[np.ix_(kept, kept)], targets[kept], 3, np.arange(len(kept)))
    return similarities[np.ix_(left_out, kept)] @ fitted.coefficients


def test_leave_one_out_scores_are_those_of_models_trained_without_the_example():
    similarities, targets = _kernel(1)
    unseen = ridge.fit(similarities, targets, 3, np.arange(24)).unseen

    for i in range(24):
        np.testing.assert_allclose(unseen[[i]], _retrained(similarities, targets, [i]), atol=1e-8)


def test_versions_of_one_sentence_are_left_out_together():
    similarities, targets = _kernel(2)
    group = np.array([0, 0, 0, *range(1, 22)])
    unseen = ridge.fit(similarities, targets, 3, group).unseen

    np.testing.assert_allclose(unseen[:3], _retrained(similarities, targets, [0, 1, 2]), atol=1e-8)


def test_known_examples_get_the_highest_score_for_their_own_class():
    similarities, targets = _kernel(3)
    similarities = np.exp(-0.5 * (np.diag(similarities)[:, None] + np.diag(similarities) - 2 * similarities))
    fitted = ridge.fit(similarities, targets, 3, np.arange(24))

    assert ((similarities @ fitted.coefficients).argmax(axis=1) == targets).all()
