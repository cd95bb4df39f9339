import numpy as np
import pytest

from nlu.classifier.scope import OUT_OF_SCOPE, Scope, familiarity

INTENTS = ["greet", OUT_OF_SCOPE, "thank"]


def _fitted(limit_at: float) -> Scope:
    """Return the scope of 100 in-scope sentences, 4 of which look out of scope from ``limit_at`` on."""
    outside = np.concatenate([np.linspace(0, limit_at - 0.01, 96), np.linspace(limit_at + 0.01, 0.9, 4)])
    probabilities = np.stack([1 - outside, outside, np.zeros(100)], axis=1)
    return Scope.fit(INTENTS, np.zeros(100, int), probabilities, np.ones(100))


def test_the_limit_lies_where_four_in_a_hundred_sentences_in_scope_would_be_refused():
    assert _fitted(0.2).limit == pytest.approx(0.2, abs=0.02)


def test_the_limit_is_never_above_one_half():
    assert _fitted(0.8).limit == 0.5


def test_over_the_limit_out_of_scope_comes_out_on_top():
    scope = Scope(1, 0.2)
    decided = scope.apply(np.array([[0.45, 0.25, 0.30], [0.7, 0.19, 0.11]]), np.ones(2))

    assert decided[0].argmax() == 1
    assert decided[0, 1] > 0.5
    assert decided.sum(axis=1) == pytest.approx(1)
    np.testing.assert_array_equal(decided[1], [0.7, 0.19, 0.11])


def test_at_the_limit_the_odds_are_even_and_certainty_stays_certain():
    decided = Scope(1, 0.2).apply(np.array([[0.8, 0.2, 0.0], [0.0, 1.0, 0.0]]), np.ones(2))

    assert decided[0, 1] == pytest.approx(0.5)
    assert decided[1, 1] == pytest.approx(1)


def test_without_the_intent_unfamiliar_messages_lose_their_confidence():
    targets = np.zeros(100, int)
    scope = Scope.fit(["greet", "thank"], targets, np.full((100, 2), 0.5), np.linspace(0, 1, 100))
    decided = scope.apply(np.array([[0.9, 0.1], [0.9, 0.1]]), np.array([0.01, 0.5]))

    assert scope.limit == pytest.approx(0.03, abs=0.01)
    assert decided[0].max() < 0.2
    assert decided[1].max() == 0.9


def test_only_out_of_scope_examples_leave_the_limit_at_one_half():
    assert Scope.fit([OUT_OF_SCOPE], np.zeros(3, int), np.ones((3, 1)), np.ones(3)).limit == 0.5


def test_familiarity_is_the_mean_of_the_five_nearest_of_the_best_class():
    alike = np.array([[0.9, 0.1, 0.1, 0.1, 0.1, 0.6, 0.5]])
    targets = np.array([0, 0, 0, 0, 0, 1, 1])

    assert familiarity(alike, targets, 3) == pytest.approx([0.55])
