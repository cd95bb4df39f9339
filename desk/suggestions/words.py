"""Words of Dutch sentences, brought back to their stem."""

from __future__ import annotations

import re
import threading
from collections import Counter
from functools import cache
from pathlib import Path

import snowballstemmer

from suggestions.models import LONGEST_WORD

_WORD = re.compile(r"[^\W\d_]{2,}")
_local = threading.local()


def stems(text: str) -> Counter[str]:
    """How often each stem is in a text. Numbers (of orders, of customers) tell tickets apart rather than together: left out.
    So are words that every sentence has, and what masking left in brackets."""
    words = [word for word in _WORD.findall(_without_masks(text).lower()) if word not in _ordinary()]
    return Counter(stem[:LONGEST_WORD] for stem in _stemmer().stemWords(words))


def _without_masks(text: str) -> str:
    return re.sub(r"\[[^\]\n]{1,20}\]", " ", text)


@cache
def _ordinary() -> frozenset[str]:
    path = Path(__file__).with_name("ordinary_words.txt")
    return frozenset(path.read_text(encoding="utf-8").split())


def _stemmer() -> snowballstemmer.stemmer:
    # A stemmer keeps what it works on in itself: one for each thread.
    if not hasattr(_local, "stemmer"):
        _local.stemmer = snowballstemmer.stemmer("dutch")
    return _local.stemmer
