"""The same network in plain NumPy, float32 throughout: the yardstick for correctness and speed.

Written after the definition of BERT (Devlin et al. 2019) with the exact GELU. Used by the tests and by
``benchmarks/encoder.py``, never by the assistant.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf

from nlu.e5.encoder import MAX_CHARACTERS, PREFIX
from nlu.e5.tokenizer import Tokenizer
from nlu.e5.weights import Weights, dequantise

_Array = NDArray[np.float32]


@dataclass(frozen=True)
class _Affine:
    weight: _Array
    bias: _Array

    def __call__(self, state: _Array) -> _Array:
        result: _Array = state @ self.weight
        result += self.bias
        return result


@dataclass(frozen=True)
class _LayerNorm:
    weight: _Array
    bias: _Array
    epsilon: float

    def __call__(self, state: _Array) -> _Array:
        state -= state.mean(axis=-1, keepdims=True)
        variance = np.einsum("ij,ij->i", state, state) / state.shape[-1]
        state *= (1 / np.sqrt(variance + self.epsilon))[:, None]
        state *= self.weight
        state += self.bias
        return state


@dataclass(frozen=True)
class _Layer:
    mix: _Affine
    attended: _Affine
    attended_norm: _LayerNorm
    inner: _Affine
    outer: _Affine
    outer_norm: _LayerNorm


class ReferenceEncoder:
    """Token vectors by the book. Dequantises all layers to float32 (85 MB)."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        vocabulary = weights.vocabulary()
        self._tokenizer = Tokenizer(vocabulary)
        self._before = [vocabulary.begin, *(piece.id for piece in self._tokenizer.tokenize(PREFIX, limit=8))]
        self._end = vocabulary.end
        self.prefix_length = len(self._before)
        self._limit = weights.shape.positions - self.prefix_length - 1
        self._first_norm = self._norm("emb.ln")
        self._layers = [self._layer(f"l{number}.") for number in range(weights.shape.layers)]

    def encode(self, texts: Sequence[str], together: int = 512) -> list[_Array]:
        """Return per text all its vectors: float32 (``prefix_length`` + tokens + 1, 384).

        Texts of up to ``together`` positions in all are computed in one go.
        """
        found: list[_Array] = []
        group: list[list[int]] = []
        for text in texts:
            pieces = self._tokenizer.tokenize(text[:MAX_CHARACTERS], self._limit)
            row = [*self._before, *(piece.id for piece in pieces), self._end]
            if group and sum(map(len, group)) + len(row) > together:
                found += self._hidden(group)
                group = []
            group.append(row)
        return found + self._hidden(group) if group else found

    def _hidden(self, rows: list[list[int]]) -> list[_Array]:
        ends = np.cumsum([len(row) for row in rows])
        spans = list(zip([0, *ends[:-1]], ends, strict=True))
        state = dequantise(self._weights.words[np.concatenate(rows)])
        state += np.concatenate([self._weights.positions[: len(row)] for row in rows])
        state = self._first_norm(state)
        for layer in self._layers:
            attended = layer.attended(self._attention(layer.mix(state), spans))
            attended += state
            state = layer.attended_norm(attended)
            inner = layer.inner(state)
            inner *= 0.5 * (1 + erf(inner * np.float32(0.5**0.5)))
            outer = layer.outer(inner)
            outer += state
            state = layer.outer_norm(outer)
        return [state[start:end] for start, end in spans]

    def _attention(self, mixed: _Array, spans: list[tuple[int, int]]) -> _Array:
        heads, hidden = self._weights.shape.heads, self._weights.shape.hidden
        result = np.empty((len(mixed), hidden), np.float32)
        for start, end in spans:
            parts = mixed[start:end].reshape(end - start, 3, heads, hidden // heads)
            query, key, value = parts.transpose(1, 2, 0, 3)
            scores = query @ key.transpose(0, 2, 1)
            scores *= np.float32((hidden // heads) ** -0.5)
            scores -= scores.max(axis=-1, keepdims=True)
            np.exp(scores, out=scores)
            scores /= scores.sum(axis=-1, keepdims=True)
            result[start:end] = (scores @ value).transpose(1, 0, 2).reshape(end - start, hidden)
        return result

    def _layer(self, name: str) -> _Layer:
        hidden, feed_forward = self._weights.shape.hidden, self._weights.shape.feed_forward
        parts = [self._affine(name + part, hidden) for part in ("q", "k", "v")]
        mix = _Affine(
            np.hstack([part.weight for part in parts]), np.concatenate([part.bias for part in parts])
        )
        return _Layer(
            mix,
            self._affine(name + "ao", hidden),
            self._norm(name + "aln"),
            self._affine(name + "fi", hidden),
            self._affine(name + "fo", feed_forward),
            self._norm(name + "oln"),
        )

    def _affine(self, name: str, inputs: int) -> _Affine:
        weight = dequantise(self._weights.blocks(name + ".w", inputs))
        return _Affine(np.ascontiguousarray(weight.T), self._weights.floats(name + ".b"))

    def _norm(self, name: str) -> _LayerNorm:
        weights = self._weights
        return _LayerNorm(weights.floats(name + ".w"), weights.floats(name + ".b"), weights.shape.epsilon)
