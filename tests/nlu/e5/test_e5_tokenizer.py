from __future__ import annotations

import unicodedata
from array import array

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.e5.tokenizer import WORD_START, Tokenizer
from nlu.e5.weights import Vocabulary, Weights

ANY_TEXT = st.text(st.characters(blacklist_categories=()))


@pytest.fixture(scope="module")
def vocabulary(weights: Weights) -> Vocabulary:
    return weights.vocabulary()


@pytest.fixture(scope="module")
def tokenizer(vocabulary: Vocabulary) -> Tokenizer:
    return Tokenizer(vocabulary)


def parts(tokenizer: Tokenizer, text: str) -> list[str]:
    return [text[piece.start : piece.end] for piece in tokenizer.tokenize(text, 512)]


def ids(tokenizer: Tokenizer, text: str) -> list[int]:
    return [piece.id for piece in tokenizer.tokenize(text, 512)]


def test_a_dutch_sentence_is_cut_into_known_pieces(tokenizer: Tokenizer) -> None:
    assert parts(tokenizer, "Waar blijft mijn pakje?") == ["Waar", "blijft", "mijn", "pak", "je", "?"]


def test_ids_are_those_of_the_vocabulary(tokenizer: Tokenizer, vocabulary: Vocabulary) -> None:
    expected = [vocabulary.pieces[piece] for piece in (WORD_START + "mijn", WORD_START + "naam")]
    assert ids(tokenizer, "mijn naam") == expected


@pytest.mark.parametrize(
    "spaced", [" mijn naam", "mijn naam ", "mijn \t\n naam", "mijn\u00a0naam", "mijn\u200bnaam"]
)
def test_the_kind_and_number_of_spaces_make_no_difference(tokenizer: Tokenizer, spaced: str) -> None:
    assert ids(tokenizer, spaced) == ids(tokenizer, "mijn naam")


def test_offsets_point_into_the_original_text(tokenizer: Tokenizer) -> None:
    text = "  Een \u0133sje, m\u00f3\u00f3i \U0001f600!"
    assert "".join(parts(tokenizer, text)).replace(" ", "").startswith("Een\u0133")
    assert parts(tokenizer, text)[-1] == "!"


def test_loose_accents_count_as_the_letters_they_make(tokenizer: Tokenizer) -> None:
    composed = "geïnteresseerd in één café"
    loose = unicodedata.normalize("NFD", composed)
    assert loose != composed
    assert ids(tokenizer, loose) == ids(tokenizer, composed)
    assert parts(tokenizer, loose)[-1] == unicodedata.normalize("NFD", parts(tokenizer, composed)[-1])


@pytest.mark.parametrize("typed", ["<s>", "</s>", "<pad>", "<unk>", "<mask>"])
def test_control_symbols_that_a_customer_types_are_ordinary_text(
    tokenizer: Tokenizer, vocabulary: Vocabulary, typed: str
) -> None:
    assert not set(ids(tokenizer, typed)) & {vocabulary.begin, vocabulary.end, 1, 250001}


def test_neighbouring_unknown_characters_are_one_piece(tokenizer: Tokenizer, vocabulary: Vocabulary) -> None:
    assert ids(tokenizer, "\U00012000" * 50) == [vocabulary.pieces[WORD_START], vocabulary.unknown]


@pytest.mark.parametrize("text", ["", " ", "\0", "\0\x01\t", WORD_START * 3])
def test_a_text_without_characters_to_read_has_no_pieces(tokenizer: Tokenizer, text: str) -> None:
    assert tokenizer.tokenize(text, 512) == []


def test_no_more_pieces_than_asked_for(tokenizer: Tokenizer) -> None:
    text = "een twee drie vier"
    assert tokenizer.tokenize(text, 3) == tokenizer.tokenize(text, 512)[:3]


def test_a_long_word_is_cut_as_a_short_one_is(tokenizer: Tokenizer) -> None:
    word = "aansprakelijkheidswaardevaststellingsveranderingen"
    assert "".join(parts(tokenizer, word)) == word
    assert len(parts(tokenizer, word)) < 20


@given(ANY_TEXT)
def test_pieces_of_any_text_go_from_left_to_right_within_it(tokenizer: Tokenizer, text: str) -> None:
    position = 0
    for piece in tokenizer.tokenize(text, 512):
        assert 0 <= piece.start <= piece.end <= len(text)
        # two pieces may share a character that stands for several, such as a ligature
        assert piece.start >= position - 1 or text[piece.start : position]
        assert piece.end >= position
        position = piece.end


# Three letters whose pieces compete: greedy longest match is not always the likeliest.
SMALL = Vocabulary(
    pieces={WORD_START: 0, "a": 1, "b": 2, WORD_START + "a": 3, "ab": 4, "ba": 5, "aba": 6, "bb": 7},
    scores=array("f", [-1.0, -3.0, -3.5, -2.0, -2.5, -4.0, -9.0, -3.0, 0.0]),
    normalisation={},
    begin=8,
    end=8,
    unknown=8,
)


def best_score(word: str) -> float:
    """The score of the likeliest segmentation, by trying all."""
    if not word:
        return 0.0
    unknown = min(SMALL.scores) - 10
    tries = [unknown + best_score(word[1:])]
    for end in range(1, len(word) + 1):
        if word[:end] in SMALL.pieces:
            tries.append(SMALL.scores[SMALL.pieces[word[:end]]] + best_score(word[end:]))
    return max(tries)


@given(st.text("ab", min_size=1, max_size=9))
@settings(deadline=None)
def test_the_segmentation_is_the_likeliest_of_all(word: str) -> None:
    found = Tokenizer(SMALL).tokenize(word, 100)
    assert sum(SMALL.scores[piece.id] for piece in found) == pytest.approx(best_score(WORD_START + word))
    assert "".join(word[piece.start : piece.end] for piece in found) == word
