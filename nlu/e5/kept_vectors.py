"""Sentence vectors of training sentences, kept between trainings: who changes ten examples waits for ten."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nlu.e5 import cache
from nlu.e5.encoder import DIMENSION, E5Encoder

# 1.5 kB each. More than one project's sentences, so that a benchmark does not push them out.
MOST_KEPT = 20_000


def kept_sentence_vectors(texts: Sequence[str], encoder: E5Encoder) -> NDArray[np.float32]:
    """Return the encoder's own sentence vectors, float32 (n, 384), of ``texts``; only new texts are encoded.

    Without a writable cache directory all of them are. A file that cannot be read counts as empty.
    """
    name = f"sentences-{encoder.fingerprint}.npz"
    kept = _read(name)
    keys = [hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() for text in texts]
    fresh = {key: text for key, text in zip(keys, texts, strict=True) if key not in kept}
    if fresh:
        encodings = encoder.encode(fresh.values())
        kept |= {key: encoding.sentence for key, encoding in zip(fresh, encodings, strict=True)}
        _write(name, kept)
    if not texts:
        return np.zeros((0, DIMENSION), np.float32)
    return np.stack([kept[key] for key in keys])


def _read(name: str) -> dict[str, NDArray[np.float32]]:
    content = cache.read(name)
    if content is None:
        return {}
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return dict(zip(arrays["keys"].tolist(), arrays["vectors"], strict=True))


def _write(name: str, kept: dict[str, NDArray[np.float32]]) -> None:
    newest = list(kept.items())[-MOST_KEPT:]
    content = io.BytesIO()
    np.savez(content, keys=np.array([key for key, _ in newest]), vectors=np.stack([row for _, row in newest]))
    cache.write(name, content.getvalue())
