"""Sentence encoder: multilingual-e5-small through ONNX Runtime.

``E5Encoder().encode(["waar blijft mijn pakje?"])`` gives token vectors with offsets, and two sentence vectors. Every
text is encoded with the prefix ``query: `` on which the model was trained (Wang et al. 2024, "Multilingual E5 Text
Embeddings"); the prefix is not among the tokens that come back.
"""

from __future__ import annotations

import ctypes
import os
import threading
import weakref
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from nlu.e5 import cache
from nlu.e5.tokenizer import Piece, Tokenizer
from nlu.e5.weights import Weights, dequantise, locate

DIMENSION = 384
PREFIX = "query:"
# The web chat accepts messages of 2,000 characters (docs/contracts.md); what comes after that is not read.
MAX_CHARACTERS = 2000
_BATCH_TOKENS = 512
_REMEMBERED_TEXTS = 256
_LONGEST_REMEMBERED = 64


@dataclass(frozen=True)
class Encoding:
    """One encoded text. The arrays are read-only because they may be shared with later calls.

    ``offsets``: n half-open ranges of characters in the text. ``tokens``: float32 (n, 384), one row per offset.
    ``sentence``: float32 (384,), the mean of the token vectors, to be standardised before use as features (of all
    vectors, prefix included, when the text has no tokens). ``pooled``: float32 (384,), the mean over all positions at
    unit length, as the authors of E5 define the sentence vector; for cosine similarity.
    """

    offsets: tuple[tuple[int, int], ...]
    tokens: NDArray[np.float32]
    sentence: NDArray[np.float32]
    pooled: NDArray[np.float32]


class E5Encoder:
    """Encodes texts. One instance serves all threads, and goes on working in a forked process."""

    def __init__(
        self, weights: Weights | None = None, threads: int = 0, remember: int = _REMEMBERED_TEXTS
    ) -> None:
        """Read the vocabulary; the network is loaded (and built, the first time) with the first text.

        ``threads`` is the number of threads for one call, 0 for ``NLU_THREADS`` or one per core. ``remember`` is how
        many short texts are kept with their encoding. Raises ``nlu.e5.weights.WeightsError``.
        """
        self._weights = weights or Weights(locate())
        vocabulary = self._weights.vocabulary()
        self._tokenizer = Tokenizer(vocabulary)
        prefix = [piece.id for piece in self._tokenizer.tokenize(PREFIX, limit=8)]
        self._before = [vocabulary.begin, *prefix]
        self._end = vocabulary.end
        self._limit = self._weights.shape.positions - len(self._before) - 1
        self._threads = threads or int(os.environ.get("NLU_THREADS", "0"))
        self._remember = remember
        self._remembered: OrderedDict[str, Encoding] = OrderedDict()
        self._session: onnxruntime.InferenceSession | None = None
        self._lock = threading.Lock()
        _instances.add(self)

    def encode(self, texts: Sequence[str]) -> list[Encoding]:
        """Return the encodings of ``texts``, in their order. Any ``str`` is accepted, the empty one too.

        Only the first ``MAX_CHARACTERS`` characters and about 500 tokens of a text count.
        """
        known: dict[str, Encoding] = {}
        with self._lock:
            for text in texts:
                if text in self._remembered:
                    self._remembered.move_to_end(text)
                    known[text] = self._remembered[text]
        fresh = [text for text in dict.fromkeys(texts) if text not in known]
        if fresh:
            known.update(self._encode(fresh))
            self._keep(fresh, known)
        return [known[text] for text in texts]

    def _encode(self, texts: list[str]) -> dict[str, Encoding]:
        pieces = {text: self._tokenizer.tokenize(text[:MAX_CHARACTERS], self._limit) for text in texts}
        encodings: dict[str, Encoding] = {}
        # Texts of like length go together, so that little is spent on padding.
        batch: list[str] = []
        for text in sorted(texts, key=lambda text: len(pieces[text])):
            length = len(pieces[text]) + len(self._before) + 1
            if batch and length * (len(batch) + 1) > _BATCH_TOKENS:
                encodings.update(self._run(batch, pieces))
                batch = []
            batch.append(text)
        encodings.update(self._run(batch, pieces))
        return encodings

    def _run(self, batch: list[str], pieces: dict[str, list[Piece]]) -> dict[str, Encoding]:
        ids = [[*self._before, *(piece.id for piece in pieces[text]), self._end] for text in batch]
        lengths = np.array([len(row) for row in ids], np.int32)
        inputs = np.zeros((len(ids), int(lengths.max()), DIMENSION), np.float32)
        inside = np.arange(inputs.shape[1]) < lengths[:, None]
        inputs[inside] = dequantise(self._weights.words[np.concatenate(ids)])
        inputs += self._weights.positions[: inputs.shape[1]]
        (hidden,) = self._loaded().run(["hidden"], {"embeddings": inputs, "lengths": lengths})
        return {
            text: self._encoding(pieces[text], rows[:length])
            for text, rows, length in zip(batch, hidden, lengths, strict=True)
        }

    def _encoding(self, pieces: list[Piece], rows: NDArray[np.float32]) -> Encoding:
        # copied: a view would keep the whole batch alive
        tokens = rows[len(self._before) : -1].copy()
        pooled = rows.mean(axis=0)
        sentence = tokens.mean(axis=0) if pieces else pooled.copy()
        pooled /= np.linalg.norm(pooled)
        for array in (tokens, sentence, pooled):
            array.setflags(write=False)
        return Encoding(tuple((piece.start, piece.end) for piece in pieces), tokens, sentence, pooled)

    def _keep(self, texts: list[str], encodings: dict[str, Encoding]) -> None:
        with self._lock:
            for text in texts:
                if len(encodings[text].offsets) <= _LONGEST_REMEMBERED:
                    self._remembered[text] = encodings[text]
            while len(self._remembered) > self._remember:
                self._remembered.popitem(last=False)

    def _loaded(self) -> onnxruntime.InferenceSession:
        session = self._session
        if session is None:
            with self._lock:
                if self._session is None:
                    self._session = self._load()
                session = self._session
        return session

    def _load(self) -> onnxruntime.InferenceSession:
        # the onnx package is only needed to build, which happens once per machine
        def build() -> bytes:
            from nlu.e5 import graph

            return graph.build(self._weights)

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        model = cache.read_or_build(f"e5-{self._weights.digest[:16]}-1.model", build)
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def _forget_session(self) -> None:
        """Start afresh in a forked process, where the session's threads do not exist and locks may be taken."""
        if self._session is not None:
            # Ending the session would wait for its threads for ever: let it be for the life of the process.
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(self._session))
        self._session = None
        self._lock = threading.Lock()


_instances: weakref.WeakSet[E5Encoder] = weakref.WeakSet()


def _after_fork() -> None:
    for encoder in list(_instances):
        encoder._forget_session()


os.register_at_fork(after_in_child=_after_fork)


@lru_cache(maxsize=1)
def default_encoder() -> E5Encoder:
    """Return the encoder that all components of this process share."""
    return E5Encoder()
