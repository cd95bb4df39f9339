"""Vectors of training sentences are kept: the second training encodes what is new."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nlu.e5 import cache, kept_vectors
from nlu.e5.encoder import DIMENSION, Encoding, default_encoder
from nlu.e5.kept_vectors import kept_sentence_vectors

TEXTS = ["waar is mijn pakket", "tot ziens", "waar is mijn pakket", "\ud800"]


class CountingEncoder:
    """The real encoder, which also says what it was asked to encode."""

    def __init__(self) -> None:
        self.encoded: list[str] = []
        self.fingerprint = default_encoder().fingerprint

    def encode(self, texts: object) -> list[Encoding]:
        asked = list(texts)  # type: ignore[call-overload]
        self.encoded += asked
        return default_encoder().encode(asked)


@pytest.fixture
def encoder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CountingEncoder:
    default_encoder().encode(["geladen voordat de map verandert"])
    monkeypatch.setenv("NLU_CACHE_DIR", str(tmp_path))
    return CountingEncoder()


def test_vectors_are_those_of_the_encoder(encoder):
    expected = np.stack([encoding.sentence for encoding in default_encoder().encode(TEXTS)])
    assert np.array_equal(kept_sentence_vectors(TEXTS, encoder), expected)
    assert np.array_equal(kept_sentence_vectors(TEXTS, encoder), expected)


def test_only_new_texts_are_encoded(encoder):
    kept_sentence_vectors(TEXTS, encoder)
    encoder.encoded.clear()
    kept_sentence_vectors([*TEXTS, "iets nieuws"], encoder)
    assert encoder.encoded == ["iets nieuws"]


def test_a_damaged_file_counts_as_empty(encoder):
    kept_sentence_vectors(TEXTS, encoder)
    (file,) = cache.directory().glob("sentences-*")
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    encoder.encoded.clear()
    kept_sentence_vectors(TEXTS, encoder)
    assert len(encoder.encoded) == len(set(TEXTS))


def test_no_more_than_a_set_number_is_kept(encoder, monkeypatch):
    monkeypatch.setattr(kept_vectors, "MOST_KEPT", 2)
    kept_sentence_vectors(["een", "twee", "drie"], encoder)
    encoder.encoded.clear()
    kept_sentence_vectors(["een", "twee", "drie"], encoder)
    assert encoder.encoded == ["een"]


def test_no_texts_are_no_vectors(encoder):
    assert kept_sentence_vectors([], encoder).shape == (0, DIMENSION)
