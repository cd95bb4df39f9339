"""How alike two messages are: meaning (E5) and spelling (character n-grams) in one number.

The number is a valid kernel, a weighted sum of two: a Gaussian one on the angle between standardised E5 vectors, and
the cosine of the tf-idf weighted character n-grams. 1 is the same message.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

# Chosen on training data and the development sentences; every value near them does about as well (docs/nlu.md).
SHARE_OF_SPELLING = 0.3
NARROWNESS = 0.7


@dataclass(frozen=True)
class Represented:
    """Messages as features: ``meaning`` float32 (n, d) with rows of unit length, ``spelling`` sparse (n, n-grams)."""

    meaning: NDArray[np.float32]
    spelling: csr_matrix

    @cached_property
    def spelling_by_ngram(self) -> csr_matrix:
        """``spelling`` transposed, (n-grams, n), turned once: for each message anew it would take most of the time."""
        return self.spelling.T.tocsr()


def unit_rows(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return ``vectors`` (n, d) scaled to length one; a row of zeros stays that."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: NDArray[np.float32] = vectors / np.maximum(lengths, 1e-9)
    return scaled.astype(np.float32)


def similarity(messages: Represented, others: Represented) -> NDArray[np.float32]:
    """Return (n messages, m others), each between 0 and 1 but for rounding."""
    alike: NDArray[np.float32] = messages.meaning @ others.meaning.T
    alike -= 1
    alike *= 2 * NARROWNESS
    np.exp(alike, out=alike)
    alike *= 1 - SHARE_OF_SPELLING
    spelling = (messages.spelling @ others.spelling_by_ngram).tocoo()
    alike[spelling.row, spelling.col] += SHARE_OF_SPELLING * spelling.data
    return alike
