from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nlu.e5.encoder import DIMENSION, E5Encoder
from nlu.e5.standardise import Standardiser, sentence_vectors


def test_training_vectors_get_mean_nought_and_spread_one() -> None:
    vectors = np.random.default_rng(1).normal(5, 3, (400, DIMENSION)).astype(np.float32)
    result = Standardiser.fit(vectors).transform(vectors)
    assert result.dtype == np.float32
    assert np.abs(result.mean(axis=0)).max() < 1e-4
    assert result.std(axis=0).mean() == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_vectors_without_spread_stay_finite(count: int) -> None:
    vectors = np.ones((count, DIMENSION), np.float32)
    assert np.isfinite(Standardiser.fit(vectors).transform(np.full(DIMENSION, 2, np.float32))).all()


def test_it_is_the_same_after_saving(tmp_path: Path) -> None:
    vectors = np.random.default_rng(2).normal(size=(9, DIMENSION)).astype(np.float32)
    standardiser = Standardiser.fit(vectors)
    standardiser.save(tmp_path / "kept.npz")
    again = Standardiser.load(tmp_path / "kept.npz")
    assert np.array_equal(again.transform(vectors), standardiser.transform(vectors))


def test_sentences_can_be_encoded_without_rasa(encoder: E5Encoder) -> None:
    texts = ["waar is mijn pakje", "ik wil opzeggen", "hoe laat gaat u open"]
    vectors = sentence_vectors(texts, encoder=encoder)
    assert vectors.shape == (3, DIMENSION)
    assert np.abs(vectors.mean(axis=0)).max() < 1e-4
    learnt = Standardiser.fit_texts(texts * 2, encoder)
    assert sentence_vectors(texts, learnt, encoder) == pytest.approx(vectors, abs=0.05)
    assert sentence_vectors([], encoder=encoder).shape == (0, DIMENSION)


def test_of_many_texts_an_even_sample_is_enough(monkeypatch: pytest.MonkeyPatch, encoder: E5Encoder) -> None:
    monkeypatch.setattr("nlu.e5.standardise._LARGEST_SAMPLE", 2)
    texts = ["eerste vraag", "tweede vraag", "derde vraag", "vierde vraag"]
    assert Standardiser.fit_texts(texts, encoder).mean == pytest.approx(
        Standardiser.fit_texts(texts[::2], encoder).mean, abs=1e-6
    )
