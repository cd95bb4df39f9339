"""Standardisation of E5 vectors: minus the mean of the training sentences, divided by one scale.

All E5 vectors point in much the same direction (Wang et al. 2024 put it down to the low temperature of the training),
so the differences that a classifier must learn from are small beside what all sentences share. One scale for all
dimensions keeps distances in proportion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlu.e5.encoder import DIMENSION, E5Encoder, default_encoder
from nlu.e5.kept_vectors import kept_sentence_vectors

# The mean over this many sentences lies within a few per cent of a standard deviation of the mean over all.
_LARGEST_SAMPLE = 1000


@dataclass(frozen=True)
class Standardiser:
    """What was learnt from the training sentences: ``mean`` float32 (384,) and ``scale`` > 0."""

    mean: NDArray[np.float32]
    scale: float

    @classmethod
    def fit(cls, vectors: NDArray[np.float32]) -> Standardiser:
        """Learn from sentence vectors (n, 384). Without any, ``transform`` changes nothing."""
        if not len(vectors):
            return cls(np.zeros(DIMENSION, np.float32), 1.0)
        spread = float(vectors.std(axis=0).mean())
        # a single sentence, or the same one many times, has no spread to divide by
        return cls(vectors.mean(axis=0), spread if spread > 1e-6 else 1.0)

    @classmethod
    def fit_texts(cls, texts: Sequence[str], encoder: E5Encoder | None = None) -> Standardiser:
        """Learn from ``texts``: all different ones, or 1,000 evenly spread over them."""
        different = list(dict.fromkeys(texts))
        step = max(1, -(-len(different) // _LARGEST_SAMPLE))
        return cls.fit(kept_sentence_vectors(different[::step], encoder or default_encoder()))

    def transform(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return standardised ``vectors``, float32 (..., 384)."""
        standardised: NDArray[np.float32] = (vectors - self.mean) / np.float32(self.scale)
        return standardised

    def save(self, path: Path) -> None:
        """Write to ``path`` (NumPy's npz)."""
        np.savez(path, mean=self.mean, scale=np.float64(self.scale))

    @classmethod
    def load(cls, path: Path) -> Standardiser:
        """Read what ``save`` wrote."""
        with np.load(path, allow_pickle=False) as kept:
            return cls(kept["mean"], float(kept["scale"]))


def sentence_vectors(
    texts: Sequence[str], standardiser: Standardiser | None = None, encoder: E5Encoder | None = None
) -> NDArray[np.float32]:
    """Return standardised sentence vectors, float32 (n, 384), of ``texts``; for use outside Rasa.

    Standardised by ``standardiser``, or by one learnt from these very texts.
    """
    encoder = encoder or default_encoder()
    raw = _raw(texts, encoder)
    return (standardiser or Standardiser.fit(raw)).transform(raw)


def _raw(texts: Sequence[str], encoder: E5Encoder) -> NDArray[np.float32]:
    if not texts:
        return np.zeros((0, DIMENSION), np.float32)
    return np.stack([encoding.sentence for encoding in encoder.encode(texts)])
