"""Tells a Dutch word from a typing error.

"mes" is one letter away from "mens" and "verbinding" from "verbinden": correcting them would raise false requests. So
only what is no Dutch word is ever corrected. The words come from the lemma tables of ``spacy-lookups-data`` (MIT),
read straight from its data files: importing spaCy for them would bring TensorFlow along.
"""

from __future__ import annotations

import gzip
import json
from functools import lru_cache
from importlib.resources import files
from typing import Any

_PACKAGE = "spacy_lookups_data"
# A longer word is a compound more often than an error; it is taken for Dutch without looking it up.
LONGEST_LISTED = 14


@lru_cache(maxsize=1)
def dutch_words() -> frozenset[str]:
    """Return about 280,000 word forms of at most ``LONGEST_LISTED`` letters, in lower case.

    Takes about 0.5 s and 30 MB, once per process.

    Raises:
        OSError: ``spacy-lookups-data`` is not installed completely.
    """
    lookup = _table("lookup")
    words = set(lookup).union(lookup.values(), *_table("index").values())
    return frozenset(word.lower() for word in words if len(word) <= LONGEST_LISTED and word.isalpha())


def _table(name: str) -> dict[str, Any]:
    packed = (files(_PACKAGE) / "data" / f"nl_lemma_{name}.json.gz").read_bytes()
    return dict(json.loads(gzip.decompress(packed)))
