"""Where a message may fall apart into two questions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.parts import LONGEST_TEXT, MOST_PLACES, two_parts


def first_pair(text: str) -> tuple[str, str]:
    first, second = two_parts(text)[0]
    return first.text, second.text


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        (
            "waar blijft mijn pakket en kan ik het adres nog wijzigen",
            "waar blijft mijn pakket",
            "kan ik het adres nog wijzigen",
        ),
        (
            "Wanneer komt de lamp? Oh en waar zit jullie winkel?",
            "Wanneer komt de lamp",
            "waar zit jullie winkel?",
        ),
        (
            "ik wil mijn factuur, daarnaast wil ik verhuizen",
            "ik wil mijn factuur",
            "wil ik verhuizen",
        ),
        ("mag dit retour?\nhoe laat zijn jullie open", "mag dit retour", "hoe laat zijn jullie open"),
    ],
)
def test_the_word_that_joins_two_questions_belongs_to_neither(text, first, second):
    assert first_pair(text) == (first, second)


@pytest.mark.parametrize(
    "text", ["", "dank u en tot ziens", "waar is mijn pakket", "en?", "ja, graag, dank je"]
)
def test_a_message_of_one_piece_is_left_alone(text):
    assert two_parts(text) == []


def test_a_part_knows_where_it_stands():
    text = "waar is mijn pakket? En wat zijn de openingstijden  "
    for part in two_parts(text)[0]:
        assert text[part.start : part.end] == part.text


def test_between_sentences_goes_before_between_clauses():
    assert first_pair("ik heb een lamp en een stoel gekocht. waar blijft dat allemaal?")[1].startswith("waar")


def test_a_very_long_message_is_not_tried():
    assert two_parts("waar is mijn pakket en wat is uw adres. " * LONGEST_TEXT) == []


@given(st.text(max_size=LONGEST_TEXT + 50))
def test_any_text_gives_a_few_places_at_most_and_parts_of_the_text(text):
    pairs = two_parts(text)
    assert len(pairs) <= MOST_PLACES
    assert all(text[part.start : part.end] == part.text for pair in pairs for part in pair)
