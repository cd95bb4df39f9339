"""Sentence encoder: multilingual-e5-small on ONNX Runtime.

``E5Encoder().encode(["waar blijft mijn pakje?"])`` gives token vectors with offsets, and sentence vectors. Every text
is encoded behind the prefix ``query: `` with which the model was trained (Wang et al. 2024, "Multilingual E5 Text
Embeddings: A Technical Report"); the prefix is not among the tokens that come back.
"""

from __future__ import annotations

import ctypes
import os
import threading
import weakref
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
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
# The longest message of the web chat. Other channels carry longer ones (docs/contracts.md, section 2): their subject is
# taken from their beginning, so that no message takes longer than this.
MAX_CHARACTERS = 2000
# Raise it with every change to nlu/e5/graph.py: it is part of the name under which the built graph is kept.
GRAPH_VERSION = 3
# Texts go through the network together up to this many positions: the cost of attention grows with its square.
_POSITIONS_TOGETHER = 64
_REMEMBERED_TEXTS = 256
_LONGEST_REMEMBERED = 64
# A sentence is too little work for more threads than this.
_MOST_THREADS = 4
_OUT_OF_SIGHT = np.float32(-1e9)


@dataclass(frozen=True, eq=False)
class Encoding:
    """One encoded text. The arrays are read-only, because later calls may return the same ones.

    ``offsets``: n half-open ranges of characters in the text, from left to right; a piece that stands for no
    character has an empty one. ``tokens``: float32 (n, 384), one row per offset. ``sentence``: float32 (384,), the
    mean of ``tokens``, to be standardised before use as features (of all positions if there are no tokens).
    ``pooled``: float32 (384,), the mean over all positions at unit length, which is the sentence vector as the
    authors of E5 define it; for cosine similarity.
    """

    offsets: tuple[tuple[int, int], ...]
    tokens: NDArray[np.float32]
    sentence: NDArray[np.float32]
    pooled: NDArray[np.float32]


class E5Encoder:
    """Encodes texts. One instance serves all threads, and goes on working in a forked process."""

    def __init__(
        self,
        weights: Weights | None = None,
        threads: int | None = None,
        remember: int = _REMEMBERED_TEXTS,
        model: bytes | None = None,
    ) -> None:
        """Read the vocabulary. The network is loaded with the first text, and built if this machine has not yet.

        ``threads`` is how many threads work on one call; without it ``NLU_THREADS``, or one per core up to four.
        ``remember`` is how many short texts are kept with their encoding. ``model`` replaces the graph of
        ``nlu.e5.graph`` in comparisons. Raises ``nlu.e5.weights.WeightsError``, and ``ValueError`` when
        ``NLU_THREADS`` is no positive number.
        """
        self._weights = weights or Weights(locate())
        vocabulary = self._weights.vocabulary()
        self._tokenizer = Tokenizer(vocabulary)
        prefix = [piece.id for piece in self._tokenizer.tokenize(PREFIX, limit=8)]
        self._before = [vocabulary.begin, *prefix]
        self._after = [vocabulary.end]
        self._limit = self._weights.shape.positions - len(self._before) - len(self._after)
        self._threads = _thread_count() if threads is None else threads
        self._model = model
        self._remember = remember
        self._remembered: OrderedDict[str, Encoding] = OrderedDict()
        self._networks: dict[int, onnxruntime.InferenceSession] = {}
        self._lock = threading.Lock()
        _instances.add(self)

    @property
    def fingerprint(self) -> str:
        """Return a name for what decides the vectors: the weights and the way they are computed."""
        return f"{self._weights.digest[:16]}-{GRAPH_VERSION}"

    def encode(self, texts: Iterable[str]) -> list[Encoding]:
        """Return the encodings of ``texts``, in their order. Any ``str`` is accepted, the empty one too.

        Only the first ``MAX_CHARACTERS`` characters and the first 507 tokens of a text count. What else is encoded in
        the same call makes no difference to a text, up to the rounding to 8 bits inside the network.
        """
        texts = [text[:MAX_CHARACTERS] for text in texts]
        known = self._recall(texts)
        fresh = self._encode([text for text in dict.fromkeys(texts) if text not in known])
        self._keep(fresh)
        return [known.get(text) or fresh[text] for text in texts]

    def _encode(self, texts: list[str]) -> dict[str, Encoding]:
        groups = list(self._groups(texts))
        if len(groups) < 2:
            network = self._network(self._threads)
            return {text: encoding for group in groups for text, encoding in self._run(group, network)}
        # Many texts are best divided over threads that need not wait for each other at every layer.
        network = self._network(1)
        with ThreadPoolExecutor(self._threads) as pool:
            done = pool.map(lambda group: list(self._run(group, network)), groups)
            return {text: encoding for group in done for text, encoding in group}

    def _groups(self, texts: list[str]) -> Iterator[list[tuple[str, list[Piece]]]]:
        """Tokenize ``texts`` and yield them in groups that go through the network together."""
        group: list[tuple[str, list[Piece]]] = []
        positions = 0
        for text in texts:
            pieces = self._tokenizer.tokenize(text, self._limit)
            length = len(self._before) + len(pieces) + len(self._after)
            if group and positions + length > _POSITIONS_TOGETHER:
                yield group
                group, positions = [], 0
            group.append((text, pieces))
            positions += length
        if group:
            yield group

    def _run(
        self, group: list[tuple[str, list[Piece]]], network: onnxruntime.InferenceSession
    ) -> Iterator[tuple[str, Encoding]]:
        """Put the texts of ``group`` one after the other through the network, each in sight of itself alone."""
        rows = [[*self._before, *(piece.id for piece in pieces), *self._after] for _, pieces in group]
        embeddings = dequantise(self._weights.words[[number for row in rows for number in row]])
        mask = np.full((1, 1, len(embeddings), len(embeddings)), _OUT_OF_SIGHT, np.float32)
        start = 0
        for row in rows:
            end = start + len(row)
            embeddings[start:end] += self._weights.positions[: len(row)]
            mask[..., start:end, start:end] = 0
            start = end
        (hidden,) = network.run(["hidden"], {"embeddings": embeddings[None], "mask": mask})
        start = 0
        for (text, pieces), row in zip(group, rows, strict=True):
            yield text, self._encoding(pieces, hidden[0, start : start + len(row)])
            start += len(row)

    def _encoding(self, pieces: list[Piece], rows: NDArray[np.float32]) -> Encoding:
        # copied, because a view would keep the vectors of the whole group alive
        tokens = rows[len(self._before) : -len(self._after)].copy()
        counted = tokens if pieces else rows
        sentence = np.add.reduce(counted, axis=0) / np.float32(len(counted))
        pooled = np.add.reduce(rows, axis=0)
        pooled /= np.sqrt(pooled @ pooled)
        for array in (tokens, sentence, pooled):
            array.setflags(write=False)
        return Encoding(tuple((piece.start, piece.end) for piece in pieces), tokens, sentence, pooled)

    def _recall(self, texts: Sequence[str]) -> dict[str, Encoding]:
        with self._lock:
            known = {text: self._remembered[text] for text in texts if text in self._remembered}
            for text in known:
                self._remembered.move_to_end(text)
        return known

    def _keep(self, encodings: dict[str, Encoding]) -> None:
        with self._lock:
            for text, encoding in encodings.items():
                if len(encoding.offsets) <= _LONGEST_REMEMBERED:
                    self._remembered[text] = encoding
            while len(self._remembered) > self._remember:
                self._remembered.popitem(last=False)

    def _network(self, threads: int) -> onnxruntime.InferenceSession:
        """Return the network with ``threads`` threads for one call, loaded when it is first asked for."""
        with self._lock:
            if threads not in self._networks:
                name = f"e5-{self.fingerprint}.model"
                model = self._model or cache.read_or_build(name, self._build)
                options = onnxruntime.SessionOptions()
                options.intra_op_num_threads = threads
                # Between texts the threads let the cores go: the classifier that comes next needs them.
                options.add_session_config_entry("session.force_spinning_stop", "1")
                providers = ["CPUExecutionProvider"]
                self._networks[threads] = onnxruntime.InferenceSession(model, options, providers=providers)
            return self._networks[threads]

    def _build(self) -> bytes:
        from nlu.e5 import graph  # brings in the onnx package, which is of no use after the first start

        return graph.build(self._weights)

    def _start_afresh(self) -> None:
        """Make a forked process load its own networks: a fork has none of the threads of the old ones."""
        for network in self._networks.values():
            # Its destructor would wait for those threads, so it must outlive even the end of the interpreter.
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(network))
        self._networks = {}
        self._lock = threading.Lock()


_instances: weakref.WeakSet[E5Encoder] = weakref.WeakSet()


def _after_fork() -> None:
    for encoder in list(_instances):
        encoder._start_afresh()


os.register_at_fork(after_in_child=_after_fork)


def _thread_count() -> int:
    configured = os.environ.get("NLU_THREADS", "")
    if configured:
        if not (configured.isdecimal() and int(configured)):
            raise ValueError(f"NLU_THREADS must be a number of threads, 1 or more, not {configured!r}.")
        return int(configured)
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(available, _MOST_THREADS)


@lru_cache(maxsize=1)
def default_encoder() -> E5Encoder:
    """Return the encoder that all components of this process share."""
    return E5Encoder()
