"""Character n-grams of a message, weighted by how rare they are in the training sentences (tf-idf).

They see what the encoder blurs (product names, codes, compounds) and survive a typing error in part of a word. The same
figures as scikit-learn's ``TfidfVectorizer(analyzer="char_wb", sublinear_tf=True)``, which a test holds them to, without
its half a millisecond for every single text. All digits are one: which number an order has says nothing about the question.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

# Within word boundaries; 3 to 6 measured best or equal on all data sets (docs/nlu.md).
SHORTEST, LONGEST = 3, 6
_ONE_DIGIT = str.maketrans("123456789", "000000000")


class CharacterNgrams:
    """Turns texts into sparse float32 rows of unit length (all zeros for a text without a known n-gram)."""

    def __init__(self, rarity: dict[str, float]) -> None:
        """Keep the n-grams in the order of their columns, each with its weight."""
        self._rarity = rarity
        self._columns = {ngram: column for column, ngram in enumerate(rarity)}

    @classmethod
    def fit(cls, texts: Sequence[str]) -> CharacterNgrams:
        """Learn which n-grams occur in ``texts`` and how rare each is."""
        found_in = Counter(ngram for text in texts for ngram in set(_ngrams(text)))
        total = len(texts)
        return cls({ngram: math.log((1 + total) / (1 + found_in[ngram])) + 1 for ngram in sorted(found_in)})

    def transform(self, texts: Sequence[str]) -> csr_matrix:
        """Return float32 (len(texts), n-grams); n-grams that were not in the training sentences are left out."""
        values: list[float] = []
        columns: list[int] = []
        ends = [0]
        for text in texts:
            times = Counter(ngram for ngram in _ngrams(text) if ngram in self._columns)
            weights = [(1 + math.log(number)) * self._rarity[ngram] for ngram, number in times.items()]
            length = math.sqrt(sum(weight * weight for weight in weights)) or 1.0
            values.extend(weight / length for weight in weights)
            columns.extend(self._columns[ngram] for ngram in times)
            ends.append(len(values))
        return csr_matrix(
            (np.array(values, np.float32), np.array(columns, np.int32), np.array(ends, np.int32)),
            shape=(len(texts), len(self._columns)),
        )

    def state(self) -> dict[str, Any]:
        """Return what ``restore`` needs, as it can be written to JSON."""
        return {"ngrams": list(self._rarity), "rarity": list(self._rarity.values())}

    @classmethod
    def restore(cls, state: dict[str, Any]) -> CharacterNgrams:
        """Return the transformer whose ``state`` this is."""
        return cls(dict(zip(state["ngrams"], state["rarity"], strict=True)))


def _ngrams(text: str) -> Iterator[str]:
    """Yield the n-grams of each word with a space on both sides; a word that is shorter than n comes once, whole."""
    for word in text.lower().translate(_ONE_DIGIT).split():
        padded = f" {word} "
        for size in range(SHORTEST, LONGEST + 1):
            if len(padded) <= size:
                yield padded
                break
            for start in range(len(padded) - size + 1):
                yield padded[start : start + size]
