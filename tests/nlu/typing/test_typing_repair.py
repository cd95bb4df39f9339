import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.shorthand import SPELLED_OUT
from nlu.typing_repair import MAX_CHARACTERS, TypingRepair

TRAINING = [
    "waar blijft mijn bestelling",
    "ik wil mijn pakket terugsturen",
    "hoe laat is de winkel open",
    "ik wil graag een medewerker spreken",
    "de bestelling klopt niet",
    "het pakket blijft weg",
]


@pytest.fixture(scope="module")
def repair() -> TypingRepair:
    return TypingRepair.fit(TRAINING)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("waar blijft mn bestteling", "waar blijft mijn bestelling"),
        ("medewreker aub", "medewerker alstublieft"),
        ("ff wachten, idd", "even wachten, inderdaad"),
        ("k wil mijn pakekt trug sturen", "ik wil mijn pakket trug sturen"),
        ("WAAR BLIJFT MIJN BESTELLING", "waar blijft mijn bestelling"),
        ("hallooooo", "halloo"),
        ("de wnikel is dicht", "de winkel is dicht"),
        ("ik wil mijn gsm domiciliëring", "ik wil mijn mobiele telefoon automatische incasso"),
        ("het is kapot a.u.b. terugbellen", "het is kapot alstublieft. terugbellen"),
    ],
)
def test_it_reads_what_was_meant(repair, typed, meant):
    assert repair.read(typed).text == meant


@pytest.mark.parametrize(
    "text",
    [
        "Hoe staat het met T-100412?",
        "Mijn postcode is 1234 AB, order 400123456",
        "ik woon in Assen en bestel een bakfiets",
        "mail naar jan@example.nl",
        "maat n/m",
        "xqzvwkkl",
        "",
        "😀 👍🏽",
    ],
)
def test_what_is_right_or_unknown_stays_as_it_is(repair, text):
    assert repair.read(text).text == text


def test_a_forgotten_space_is_put_back_between_words_of_the_training_sentences():
    assert TypingRepair.fit(TRAINING).read("waarblijft het").text == "waar blijft het"


def test_a_compound_is_not_taken_for_an_error():
    repair = TypingRepair.fit([*TRAINING, "nachtrust is belangrijk", "een rit boeken"])

    assert repair.read("nachtrit").text == "nachtrit"


def test_characters_can_be_traced_to_what_was_typed(repair):
    typed = "kheb mn bestteling nooooit gehad"
    reading = repair.read(typed)
    start = reading.text.index("bestelling")

    assert typed[slice(*reading.as_typed(start, start + len("bestelling")))] == "bestteling"
    assert typed[slice(*reading.as_typed(0, len("ik heb")))] == "kheb"
    assert typed[slice(*reading.as_typed(0, len(reading.text)))] == typed


@given(st.text(max_size=300))
def test_any_text_can_be_read_and_every_character_has_an_origin(text):
    reading = TypingRepair({"bestelling": 2, "pakket": 1}).read(text)

    assert len(reading.origin) == len(reading.text)
    assert list(reading.origin) == sorted(reading.origin)
    assert all(0 <= index < len(text) for index in reading.origin)


def test_a_very_long_text_is_read_up_to_the_limit_in_bounded_time(repair):
    started = time.monotonic()
    reading = repair.read("qwjxz" * 20_000 + " bestteling")

    assert len(reading.text) <= MAX_CHARACTERS
    assert time.monotonic() - started < 5


def test_the_list_of_shorthand_is_in_the_form_in_which_it_is_looked_up():
    assert all(short == short.lower() and not short.endswith(".") for short in SPELLED_OUT)
    assert all(meant and meant == meant.lower() for meant in SPELLED_OUT.values())
