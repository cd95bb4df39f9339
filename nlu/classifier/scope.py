"""Is a message one of the things the assistant is for? Decided on training data alone, for any data set.

With an ``out_of_scope`` intent in the training data, its probability is the score; without one, how alike the message
is to its best class. Both beat maximum probability, margin, energy, variance and nearest neighbour (docs/nlu.md). The
limit is where a set share of the training sentences that are in scope would be refused by a model without them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.floating[Any]]

OUT_OF_SCOPE = "out_of_scope"
# The goals are 0.93 answered and 0.90 refused; this leaves room on the side of answering.
_REFUSED_OF_IN_SCOPE = 0.04
# Without examples of what to refuse, familiarity says less, so less is staked on it.
_REFUSED_BY_FAMILIARITY = 0.03
# Confidence is multiplied by this for an unfamiliar message: enough to fall under the fallback threshold of config.yml.
_UNFAMILIAR = 0.15
_NEIGHBOURS = 5


@dataclass(frozen=True)
class Scope:
    """``column`` of the out-of-scope intent or ``None``, and the ``limit`` of the score that goes with it."""

    column: int | None
    limit: float

    @classmethod
    def fit(
        cls,
        intents: Sequence[str],
        targets: NDArray[np.int64],
        probabilities: Matrix,
        familiarity: Matrix,
    ) -> Scope:
        """Choose the limit.

        ``targets`` (n,) are columns of ``intents``; ``probabilities`` (n, intents) and ``familiarity`` (n,) come from
        models that did not see the example itself.
        """
        if OUT_OF_SCOPE not in intents:
            return cls(None, float(np.quantile(familiarity, _REFUSED_BY_FAMILIARITY)))
        column = list(intents).index(OUT_OF_SCOPE)
        in_scope = targets != column
        if not in_scope.any():
            return cls(column, 0.5)
        limit = float(np.quantile(probabilities[in_scope, column], 1 - _REFUSED_OF_IN_SCOPE))
        # From one half on it is the top intent whatever the limit.
        return cls(column, min(limit, 0.5))

    def apply(self, probabilities: Matrix, familiarity: Matrix) -> Matrix:
        """Return ``probabilities`` (n, intents) with the decision worked into them.

        A message over the limit has ``out_of_scope`` on top, with at least one half; an unfamiliar one has all its
        probabilities lowered, so that no intent is left to be sure of. Others keep theirs.
        """
        decided = probabilities.copy()
        if self.column is None:
            decided[familiarity < self.limit] *= _UNFAMILIAR
            return decided
        refused = probabilities[:, self.column] >= self.limit
        chance = np.clip(probabilities[refused, self.column], 1e-12, 1 - 1e-12)
        # The odds are multiplied so that the limit itself becomes one half.
        odds = chance / (1 - chance) * (1 - self.limit) / max(self.limit, 1e-12)
        raised = odds / (1 + odds)
        decided[refused] *= ((1 - raised) / (1 - chance))[:, None]
        decided[refused, self.column] = raised
        return decided


def familiarity(similarities: Matrix, targets: NDArray[np.int64], classes: int) -> NDArray[np.float64]:
    """Return (n,): the mean similarity to the five nearest examples of the class where that is largest.

    ``similarities`` has shape (n, examples); ``targets`` (examples,) are numbers in ``range(classes)``.
    """
    best = np.zeros(len(similarities))
    for number in range(classes):
        members = np.flatnonzero(targets == number)
        if len(members):
            nearest = min(_NEIGHBOURS, len(members))
            top = -np.partition(-similarities[:, members], nearest - 1, axis=1)[:, :nearest]
            best = np.maximum(best, top.mean(axis=1))
    return best
