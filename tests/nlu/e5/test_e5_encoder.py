from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from nlu.e5 import encoder as module
from nlu.e5.encoder import DIMENSION, E5Encoder
from nlu.e5.reference import ReferenceEncoder
from nlu.e5.weights import Weights

AWKWARD = {
    "empty": "",
    "spaces": " \n\t ",
    "NUL": "\0",
    "NUL in a word": "pak\0je",
    "lone surrogate": "hallo \ud83d daar",
    "surrogates only": "\udc00\ud800",
    "emoji only": "\U0001f600\U0001f44d\U0001f3fd\u2764\ufe0f",
    "right to left": "\u202eצג\u05d1 \u0645\u0631\u062d\u0628\u0627\u202c",
    "zalgo": "h" + "\u0300\u0489\u035c\u0316" * 300 + "oi",
    "ligatures that grow": "\ufdfa" * 50,
    "not a character": "\uffff\ufdd0\U0010ffff",
    "byte order mark": "\ufeffhallo",
    "control symbols": "<s></s><mask><pad><unk>",
}


def cosines(left: NDArray[np.float32], right: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(left, axis=-1) * np.linalg.norm(right, axis=-1)
    return (left * right).sum(axis=-1) / lengths


def test_200_dutch_texts_get_the_vectors_of_the_reference(
    weights: Weights, encoder: E5Encoder, dutch_texts: list[str]
) -> None:
    reference = ReferenceEncoder(weights)
    expected = reference.encode(dutch_texts)
    found = encoder.encode(dutch_texts)
    sentence = np.array([rows[reference.prefix_length : -1].mean(axis=0) for rows in expected])
    pooled = np.array([rows.mean(axis=0) for rows in expected])
    tokens = np.concatenate([rows[reference.prefix_length : -1] for rows in expected])
    assert cosines(np.array([encoding.sentence for encoding in found]), sentence).min() >= 0.999
    assert cosines(np.array([encoding.pooled for encoding in found]), pooled).min() >= 0.999
    assert cosines(np.concatenate([encoding.tokens for encoding in found]), tokens).min() >= 0.995
    # what standardisation leaves is far more sensitive than the raw vectors, which all look alike
    mean = sentence.mean(axis=0)
    standardised = cosines(np.array([encoding.sentence for encoding in found]) - mean, sentence - mean)
    assert standardised.min() >= 0.995


def test_a_text_that_is_encoded_alone_gets_the_same_vectors(
    encoder: E5Encoder, dutch_texts: list[str]
) -> None:
    together = encoder.encode(dutch_texts[:40])
    alone = [encoder.encode([text])[0] for text in dutch_texts[:40]]
    assert [encoding.offsets for encoding in together] == [encoding.offsets for encoding in alone]
    for left, right in zip(together, alone, strict=True):
        assert cosines(left.sentence, right.sentence) >= 0.9995


def test_meaning_outweighs_wording(encoder: E5Encoder) -> None:
    question, same, other = encoder.encode(
        [
            "Wanneer krijg ik mijn geld terug?",
            "hoe lang duurt de terugbetaling",
            "Wanneer gaat de winkel open?",
        ]
    )
    assert question.pooled @ same.pooled > question.pooled @ other.pooled


def test_shapes_and_offsets_belong_together(encoder: E5Encoder) -> None:
    text = "Mijn bestelling is kapot."
    (encoding,) = encoder.encode([text])
    assert encoding.tokens.shape == (len(encoding.offsets), DIMENSION)
    assert encoding.tokens.dtype == encoding.sentence.dtype == encoding.pooled.dtype == np.float32
    assert [text[start:end] for start, end in encoding.offsets][:2] == ["Mijn", "bestelling"]
    assert encoding.sentence == pytest.approx(encoding.tokens.mean(axis=0))
    assert np.linalg.norm(encoding.pooled) == pytest.approx(1, abs=1e-5)


def test_answers_come_in_the_order_of_the_questions(encoder: E5Encoder) -> None:
    texts = ["ja", "een heel stuk langere zin die apart komt", "nee", "ja"]
    found = encoder.encode(texts)
    for text, encoding in zip(texts, found, strict=True):
        assert cosines(encoding.sentence, encoder.encode([text])[0].sentence) > 0.9995
    assert found[0] is found[3]


def test_nothing_in_nothing_out(encoder: E5Encoder) -> None:
    assert encoder.encode([]) == []


@pytest.mark.parametrize("text", AWKWARD.values(), ids=AWKWARD.keys())
def test_awkward_text_gets_finite_vectors(encoder: E5Encoder, text: str) -> None:
    for encoding in encoder.encode([text, "gewone tekst", text + " en meer"]):
        assert encoding.tokens.shape == (len(encoding.offsets), DIMENSION)
        assert np.isfinite(encoding.tokens).all()
        assert np.isfinite(encoding.sentence).all()
        assert np.linalg.norm(encoding.pooled) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(
    "part",
    ["a", "klacht ", "\u0301", "\ufdfa", "\U0001f600"],
    ids=["word", "words", "accents", "ligatures", "emoji"],
)
def test_of_an_endless_text_only_the_beginning_counts(encoder: E5Encoder, part: str) -> None:
    text = part * 100_000
    long, beginning = encoder.encode([text, text[: module.MAX_CHARACTERS]])
    assert long is beginning
    assert len(long.offsets) <= 507


def test_short_texts_are_remembered_and_the_oldest_forgotten(weights: Weights) -> None:
    encoder = E5Encoder(weights, remember=2)
    first = encoder.encode(["een"])[0]
    encoder.encode(["twee"])
    assert encoder.encode(["een"])[0] is first
    encoder.encode(["drie"])
    assert encoder.encode(["een"])[0] is first
    twee = encoder.encode(["twee"])[0]
    assert encoder.encode(["een", "twee"])[1] is twee
    assert len(encoder._remembered) == 2


def test_long_texts_are_not_remembered(weights: Weights) -> None:
    encoder = E5Encoder(weights)
    text = "woord " * 100
    assert encoder.encode([text])[0] is not encoder.encode([text])[0]


def test_what_callers_share_cannot_be_changed(encoder: E5Encoder) -> None:
    (encoding,) = encoder.encode(["vast"])
    for array in (encoding.tokens, encoding.sentence, encoding.pooled):
        with pytest.raises(ValueError, match="read-only"):
            array += 1


def test_the_number_of_threads_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NLU_THREADS", "3")
    assert module._thread_count() == 3
    monkeypatch.delenv("NLU_THREADS")
    assert 1 <= module._thread_count() <= 4


@pytest.mark.parametrize("value", ["0", "-1", "veel", "1.5"])
def test_a_number_of_threads_that_is_none_is_refused(
    monkeypatch: pytest.MonkeyPatch, weights: Weights, value: str
) -> None:
    monkeypatch.setenv("NLU_THREADS", value)
    with pytest.raises(ValueError, match="NLU_THREADS must be"):
        E5Encoder(weights)


def test_the_process_has_one_encoder() -> None:
    assert module.default_encoder() is module.default_encoder()
