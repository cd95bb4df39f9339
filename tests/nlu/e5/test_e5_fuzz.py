from __future__ import annotations

import time

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlu.e5.encoder import DIMENSION, E5Encoder

# Every code point, lone surrogates and unassigned ones too, and the characters that have caused trouble elsewhere.
CHARACTER = st.one_of(
    st.characters(blacklist_categories=()),
    st.sampled_from(
        "\0\u0301\u0489\u200b\u200d\u202e\u2066\u2581\ufdfa\ufe0f\ufeff\ufffd\U0001f3fd\ud83d\udc4d "
    ),
)
# A short pattern repeated is what makes segmentation and normalisation expensive.
REPEATED = st.builds(lambda part, times: part * times, st.text(CHARACTER, max_size=8), st.integers(1, 400))
TEXT = st.one_of(st.text(CHARACTER, max_size=120), REPEATED)
# A full text of 507 tokens takes 0.2 s on a quiet machine.
SECONDS = 30


@given(st.lists(TEXT, max_size=3))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_texts_are_encoded_in_bounded_time(encoder: E5Encoder, texts: list[str]) -> None:
    before = time.monotonic()
    found = encoder.encode(texts)
    assert time.monotonic() - before < SECONDS
    assert len(found) == len(texts)
    for text, encoding in zip(texts, found, strict=True):
        assert encoding.tokens.shape == (len(encoding.offsets), DIMENSION)
        assert all(0 <= start <= end <= len(text) for start, end in encoding.offsets)
        assert np.isfinite(encoding.tokens).all()
        assert np.isfinite(encoding.sentence).all()
        assert abs(np.linalg.norm(encoding.pooled) - 1) < 1e-4
