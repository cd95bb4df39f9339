"""The trained intent model: learn from labelled sentences, give calibrated probabilities and nearest examples."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.special import softmax

from nlu.classifier import ridge
from nlu.classifier.calibration import fit_sharpness
from nlu.classifier.characters import CharacterNgrams
from nlu.classifier.scope import Scope, familiarity
from nlu.classifier.similarity import Represented, similarity, unit_rows

Vectors = NDArray[np.float32]

_ARRAYS = "intents.npz"
_WORDS = "intents.json"
_NEAREST = 3


@dataclass(frozen=True)
class Example:
    """A training sentence, its intent, and how alike it is to the message it was found for (0 to 1)."""

    text: str
    intent: str
    similarity: float


@dataclass(frozen=True)
class Prediction:
    """``ranking``: (intent, probability), best first. ``nearest``: the training examples most like the message."""

    ranking: list[tuple[str, float]]
    nearest: list[Example]


@dataclass(frozen=True)
class IntentModel:
    """Learnt from n examples. Made by ``fit`` or ``load``.

    ``texts`` and ``targets`` (n,) are the examples, ``said`` (n,) whether somebody said so, ``represented`` their
    features, ``coefficients`` (n, intents) what their similarities count for; ``sharpness`` turns scores into
    probabilities.
    """

    intents: list[str]
    texts: list[str]
    targets: NDArray[np.int64]
    said: NDArray[np.bool_]
    ngrams: CharacterNgrams
    represented: Represented
    coefficients: NDArray[np.floating[Any]]
    sharpness: float
    scope: Scope

    @property
    def width(self) -> int:
        """Return the number of dimensions of the sentence vectors."""
        return int(self.represented.meaning.shape[1])

    @classmethod
    def fit(
        cls, texts: Sequence[str], vectors: Vectors, labels: Sequence[str], said: Sequence[bool] | None = None
    ) -> IntentModel:
        """Learn from ``texts`` with their standardised sentence vectors (n, d) and intents, n > 0, none of them blank.

        ``said`` is false for an example that nobody said, such as the name of an intent: it is learnt from, but neither
        counted in the judgement of how well the model does nor shown. The same sentence twice counts once there.
        """
        intents = sorted(set(labels))
        targets = np.array([intents.index(label) for label in labels], np.int64)
        real = np.ones(len(texts), bool) if said is None else np.array(said, bool)
        ngrams = CharacterNgrams.fit(texts)
        represented = Represented(unit_rows(vectors), ngrams.transform(texts))
        alike = similarity(represented, represented)
        _, group = np.unique([text.casefold() for text in texts], return_inverse=True)
        fitted = ridge.fit(alike, targets, len(intents), group)
        sharpness = fit_sharpness(fitted.unseen[real], targets[real])
        unseen = _probabilities(sharpness, fitted.unseen)
        alike[group[:, None] == group[None, :]] = 0
        known = familiarity(alike, targets, len(intents))
        scope = Scope.fit(intents, targets[real], unseen[real], known[real])
        return cls(
            intents, list(texts), targets, real, ngrams, represented, fitted.coefficients, sharpness, scope
        )

    def predict(self, texts: Sequence[str], vectors: Vectors) -> list[Prediction]:
        """Return a prediction per text. ``vectors`` (n, d) are standardised as those of training were."""
        messages = Represented(unit_rows(vectors), self.ngrams.transform(texts))
        alike = similarity(messages, self.represented)
        probabilities = _probabilities(self.sharpness, alike @ self.coefficients)
        # Only looked at without an intent for what is out of scope, and as slow as all the rest.
        known = (
            np.zeros(len(texts))
            if self.scope.column is not None
            else familiarity(alike, self.targets, len(self.intents))
        )
        decided = self.scope.apply(probabilities, known)
        return [
            Prediction(self._ranking(row), self._nearest(near))
            for row, near in zip(decided, alike, strict=True)
        ]

    def _ranking(self, probabilities: NDArray[np.floating[Any]]) -> list[tuple[str, float]]:
        # a stable sort: of equally likely intents the first in the alphabet comes first, on every machine
        order = np.argsort(-probabilities, kind="stable")
        return [(self.intents[column], float(probabilities[column])) for column in order]

    def _nearest(self, alike: NDArray[np.float32]) -> list[Example]:
        shown = min(_NEAREST, int(self.said.sum()))
        if not shown:
            return []
        distance = np.where(self.said, -alike, 1)
        near = np.flatnonzero(distance <= np.partition(distance, shown - 1)[shown - 1])
        # a stable sort of those few: of equally alike examples the first comes first, on every machine
        order = near[np.argsort(distance[near], kind="stable")][:shown]
        return [
            Example(self.texts[i], self.intents[self.targets[i]], min(1.0, max(0.0, float(alike[i]))))
            for i in order
        ]

    def save(self, directory: Path) -> None:
        """Write the model as NumPy arrays and JSON; nothing in it can run code when it is read."""
        spelling = self.represented.spelling
        np.savez(
            directory / _ARRAYS,
            targets=self.targets,
            said=self.said,
            meaning=self.represented.meaning,
            spelling_data=spelling.data,
            spelling_indices=spelling.indices,
            spelling_indptr=spelling.indptr,
            coefficients=self.coefficients,
        )
        words = {
            "intents": self.intents,
            "texts": self.texts,
            "characters": self.ngrams.state(),
            "sharpness": self.sharpness,
            "scope": {"column": self.scope.column, "limit": self.scope.limit},
        }
        (directory / _WORDS).write_text(json.dumps(words), encoding="utf-8")

    @classmethod
    def load(cls, directory: Path) -> IntentModel:
        """Read what ``save`` wrote. Raises ``FileNotFoundError`` when nothing was written."""
        words = json.loads((directory / _WORDS).read_text("utf-8"))
        with np.load(directory / _ARRAYS, allow_pickle=False) as arrays:
            shape = (len(words["texts"]), len(words["characters"]["ngrams"]))
            spelling = csr_matrix(
                (arrays["spelling_data"], arrays["spelling_indices"], arrays["spelling_indptr"]), shape=shape
            )
            return cls(
                intents=words["intents"],
                texts=words["texts"],
                targets=arrays["targets"],
                said=arrays["said"],
                ngrams=CharacterNgrams.restore(words["characters"]),
                represented=Represented(arrays["meaning"], spelling),
                coefficients=arrays["coefficients"],
                sharpness=words["sharpness"],
                scope=Scope(**words["scope"]),
            )


def _probabilities(sharpness: float, scores: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    # In single precision a near certainty would be exactly 1, and its odds have no value.
    probabilities: NDArray[np.float64] = softmax(sharpness * scores.astype(np.float64), axis=1)
    return probabilities
