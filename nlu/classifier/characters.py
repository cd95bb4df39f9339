"""Character n-grams of a message, weighted by how rare they are in the training sentences (tf-idf).

They see what the encoder blurs (product names, codes, compounds) and survive a typing error in part of a word.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

# Within word boundaries; 3 to 6 measured best or equal on all data sets (docs/nlu.md).
SHORTEST, LONGEST = 3, 6


class CharacterNgrams:
    """Turns texts into sparse float32 rows of unit length (all zeros for a text without a known n-gram)."""

    def __init__(self, vectorizer: TfidfVectorizer) -> None:
        self._vectorizer = vectorizer

    @classmethod
    def fit(cls, texts: Sequence[str]) -> CharacterNgrams:
        """Learn which n-grams occur in ``texts`` (at least one that is not blank) and how rare each is."""
        vectorizer = _vectorizer(None)
        vectorizer.fit(texts)
        return cls(vectorizer)

    def transform(self, texts: Sequence[str]) -> csr_matrix:
        """Return float32 (len(texts), n-grams); n-grams that were not in the training sentences are left out."""
        return self._vectorizer.transform(texts)

    def state(self) -> dict[str, Any]:
        """Return what ``restore`` needs: the n-grams in the order of their columns, and the rarity of each."""
        vocabulary: dict[str, int] = self._vectorizer.vocabulary_
        return {
            "ngrams": sorted(vocabulary, key=vocabulary.__getitem__),
            "rarity": self._vectorizer.idf_.tolist(),
        }

    @classmethod
    def restore(cls, state: dict[str, Any]) -> CharacterNgrams:
        """Return the transformer whose ``state`` this is."""
        vectorizer = _vectorizer({ngram: column for column, ngram in enumerate(state["ngrams"])})
        vectorizer.idf_ = np.array(state["rarity"], np.float32)
        return cls(vectorizer)


def _vectorizer(vocabulary: dict[str, int] | None) -> TfidfVectorizer:
    return TfidfVectorizer(
        analyzer="char_wb",
        ngram_range=(SHORTEST, LONGEST),
        sublinear_tf=True,
        vocabulary=vocabulary,
        dtype=np.float32,
    )
