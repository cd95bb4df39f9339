"""What counts as a request for a human, and what does not."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.human_request import HumanRequest, asks_for_human, refuses_human
from nlu.human_request.detector import MAX_CHARACTERS_AT_EITHER_END


@pytest.mark.parametrize(
    "text",
    [
        "Ik zou graag een medewerker spreken.",
        "GEEF ME NU EEN MENS!!!",
        "mens",
        "agent please",
        "geef mij ne mens",
        "ik kom er met jou niet uit",
        "kunnen jullie mij terugbellen?",
    ],
)
def test_any_wording_of_a_request_counts(text: str) -> None:
    assert asks_for_human(text)


@pytest.mark.parametrize(
    "text",
    [
        "ik hoef geen mens",
        "je hoeft me niet te bellen",
        "een medewerker is niet nodig",
        "liever een chatbot dan een mens",
        "kan ik dit zonder medewerker regelen?",
        "I don't want to talk to a human",
    ],
)
def test_a_denied_request_does_not_count(text: str) -> None:
    assert asks_for_human(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "waarom kan ik geen mens spreken?",
        "is er dan niemand die mij kan helpen?",
        "heb je geen echte mensen daar",
    ],
)
def test_a_question_with_a_negation_is_a_request(text: str) -> None:
    assert asks_for_human(text)


@pytest.mark.parametrize(
    "text", ["geen chatbot aub", "ik praat niet met een computer", "niet met een bot maar met een mens"]
)
def test_refusing_the_machine_is_a_request(text: str) -> None:
    assert asks_for_human(text)


@pytest.mark.parametrize(
    "text",
    [
        "de medewerker zei dat het morgen komt",
        "jullie medewerker heeft mij gisteren gebeld",
        "de monteur kwam niet",
        "mijn man belde gisteren",
        "ze vertelde dat ik een medewerker kan spreken",
    ],
)
def test_telling_about_a_human_does_not_count(text: str) -> None:
    assert asks_for_human(text) is None


def test_asking_what_the_assistant_is_does_not_count_but_wanting_a_human_instead_does() -> None:
    assert asks_for_human("ben je een mens?") is None
    assert asks_for_human("ben je een mens? anders wil ik er een")


@pytest.mark.parametrize(
    "text", ["hoe laat kan ik bellen", "wat is jullie telefoonnummer", "kan ik jullie op zondag bellen?"]
)
def test_asking_for_facts_does_not_count(text: str) -> None:
    assert asks_for_human(text) is None


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        (
            "De medewerker zei dat het opgelost was, maar ik wil nu echt iemand spreken",
            "wil nu echt iemand spreken",
        ),
        ("Mijn pakket is er niet. Wat nu? Een medewerker graag!", "Een medewerker graag"),
        ("je hoeft me niet te mailen, bel me gewoon", "bel me"),
        ("ik wil graag een medewreker sprekne", "wil graag een medewreker sprekne"),
    ],
)
def test_the_cue_is_the_piece_of_the_message_that_asks(text: str, cue: str) -> None:
    request = asks_for_human(text)
    assert request is not None
    assert request.cue.strip() == cue


@pytest.mark.parametrize(
    "text",
    [
        "ikwileenmens",
        "ik wil eenmedewerker",
        "een mede werker graag",
        "medewerkerrrr",
        "klantenservise",
        "ik wil e nmedewerker",
    ],
)
def test_spelling_is_forgiven(text: str) -> None:
    assert asks_for_human(text)


@pytest.mark.parametrize(
    "text", ["ik zoek een mes", "de verbinding viel weg", "ik wil mijn bestelling personaliseren"]
)
def test_a_dutch_word_is_not_taken_for_a_typing_error(text: str) -> None:
    assert asks_for_human(text) is None


def test_the_start_and_the_end_of_a_long_text_are_read() -> None:
    filling = "Het pakket ligt bij de buren. " * 2_000
    assert asks_for_human(f"Ik wil een medewerker spreken. {filling}")
    assert asks_for_human(f"{filling} Ik wil een medewerker spreken.")
    assert asks_for_human(filling) is None


@pytest.mark.parametrize(
    "text",
    [
        "ik wil niet met een mens praten",
        "verbind mij alsjeblieft niet door met een medewerker",
        "bel mij niet",
    ],
)
def test_a_refusal_is_recognised(text: str) -> None:
    assert refuses_human(text)
    assert refuses_human("lees dit eens rustig door. " * (MAX_CHARACTERS_AT_EITHER_END // 10) + text)


@pytest.mark.parametrize(
    "text",
    [
        "ik wil een mens spreken",
        "geen chatbot, ik wil een mens",
        "bel mij niet, maar verbind mij door met een medewerker",
        "de medewerker zei dat het morgen komt",
        "waar is mijn pakket",
        "",
    ],
)
def test_a_request_a_report_and_anything_else_are_no_refusal(text: str) -> None:
    assert not refuses_human(text)


def test_certain_and_uncertain_requests_are_told_apart() -> None:
    assert asks_for_human("ik wil een medewerker spreken") == HumanRequest(
        "wil een medewerker spreken", "wil_persoon_spreken", certain=True
    )
    request = asks_for_human("wie kan mij helpen")
    assert request is not None
    assert not request.certain


@given(st.text(max_size=300))
@settings(max_examples=300, deadline=None)
def test_any_text_is_accepted_and_the_cue_comes_from_it(text: str) -> None:
    request = asks_for_human(text)
    assert request is None or (request.cue and request.cue in text)


_WORDS = [
    "ik",
    "wil",
    "niet",
    "geen",
    "een",
    "mens",
    "kan",
    "mij",
    "bellen",
    "met",
    "bot",
    "maar",
    ",",
    "?",
    "mesn",
    "wl",
]


@given(st.lists(st.sampled_from(_WORDS), max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_order_of_telling_words_is_accepted(words: list[str]) -> None:
    text = " ".join(words)
    request = asks_for_human(text)
    assert request is None or request.cue in text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00",
        "\ud800 mens \udfff",
        "ﷺ" * 1_000,
        "a" * 100_000,
        "ik wil " * 15_000,
        "een mens en " * 10_000,
        "e\u0301" * 50_000,
        "\u202eikwileenmens" * 8_000,
        "mediwerkir " * 10_000,
    ],
    ids=[
        "empty",
        "nul",
        "surrogates",
        "ligatures",
        "one word",
        "verbs",
        "nouns",
        "accents",
        "right to left",
        "typing errors",
    ],
)
def test_the_time_is_bounded(text: str) -> None:
    asks_for_human("warm")
    started = time.perf_counter()
    asks_for_human(text)
    # Takes 60 ms at most when nothing else runs.
    assert time.perf_counter() - started < 1


def test_neither_rasa_nor_tensorflow_is_needed() -> None:
    code = (
        "import sys; from nlu.human_request import asks_for_human; assert asks_for_human('mens');"
        "print([name for name in ('rasa', 'tensorflow', 'spacy') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
