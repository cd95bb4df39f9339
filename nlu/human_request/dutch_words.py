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
# The tables hold nearly every single letter and pair of letters, as abbreviations.
_SHORTEST_LISTED = 3


@lru_cache(maxsize=1)
def dutch_words() -> frozenset[str]:
    """Return about 337,000 word forms of at most ``LONGEST_LISTED`` letters, in lower case.

    Takes about 0.8 s, once per process, and 37 MB to keep (125 MB for a moment while reading).

    Raises:
        OSError: ``spacy-lookups-data`` is not installed completely.
    """
    lookup = _table("lookup")
    words = set(lookup).union(lookup.values(), *_table("index").values())
    listed = (word for word in words if _SHORTEST_LISTED <= len(word) <= LONGEST_LISTED and word.isalpha())
    return frozenset(word.lower() for word in listed)


def _table(name: str) -> dict[str, Any]:
    packed = (files(_PACKAGE) / "data" / f"nl_lemma_{name}.json.gz").read_bytes()
    return dict(json.loads(gzip.decompress(packed)))
