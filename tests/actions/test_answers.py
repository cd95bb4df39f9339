"""Short answers, as customers type them."""

from __future__ import annotations

import pytest
from rasa_sdk import Tracker

from actions.answers import confirmation, house_number, own_words, yes_or_no
from actions.money import euros


def heard(text: str, intent: str = "inform", *entities: str) -> Tracker:
    latest = {
        "text": text,
        "intent": {"name": intent},
        "entities": [{"entity": entity, "value": "x"} for entity in entities],
    }
    return Tracker("c1", {}, latest, [], False, None, {}, "action_listen")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("ja", True),
        ("Ja, annuleer maar", True),
        ("jaaa doe maar hoor", True),
        ("ja graag, maar snel aub", True),
        ("klopt", True),
        ("nee", False),
        ("nee toch niet", False),
        ("Neen, liever niet", False),
        ("ja maar eerst wil ik weten wat het kost", None),
        ("ja of toch niet", None),
        ("ja? waarom", None),
        ("ja wacht", None),
        ("jammer", None),
        ("annuleer mijn bestelling", None),
        ("niet annuleren", None),
        ("", None),
    ],
)
def test_yes_or_no(text, answer):
    assert yes_or_no(text) is answer


def test_a_yes_by_its_classification_counts_without_the_word_yes():
    assert confirmation(heard("doe maar", "affirm"), True) is True
    assert confirmation(heard("/affirm", "affirm"), True) is True
    assert confirmation(heard("/deny", "deny"), False) is False


def test_a_doubtful_yes_or_a_correction_is_asked_again():
    assert confirmation(heard("ja maar wacht even", "affirm"), True) is None
    assert confirmation(heard("nee, 400123457", "deny", "order_number"), False) is None
    assert confirmation(heard("ja, nummer 14", "affirm", "house_number"), True) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", "12"),
        ("12a", "12A"),
        ("12 A", "12A"),
        ("nummer 12", "12"),
        ("het is nummer 12", "12"),
        ("huisnummer: 12 bis", "12BIS"),
        ("12-3", "12-3"),
        ("12.", "12"),
        ("12 euro", None),
        ("12/3", "12-3"),
        ("wat kost 12 kilo", None),
        ("1234 AB", None),
        ("400123456", None),
        ("geen idee", None),
        ("", None),
    ],
)
def test_house_number(text, number):
    assert house_number(text) == number


def test_own_words_are_kept_short_and_are_never_a_button_or_only_a_detail():
    assert own_words(heard("de maat is te klein"), "de maat is te klein") == "de maat is te klein"
    assert own_words(heard("x" * 900), "x" * 900) == "x" * 500
    assert own_words(heard("/inform"), '/inform{"order_number": "400123456"}') is None
    assert own_words(heard("3511 AB", "inform", "postcode"), "3511 AB") is None
    assert own_words(heard("nee, 400123457", "deny", "order_number"), "nee, 400123457") is None
    assert own_words(heard("  "), "  ") is None
    assert own_words(heard(""), None) is None


@pytest.mark.parametrize(
    ("cents", "words"), [(5, "€ 0,05"), (4995, "€ 49,95"), (104995, "€ 1.049,95"), (0, "€ 0,00")]
)
def test_an_amount_in_words(cents, words):
    assert euros(cents) == words
