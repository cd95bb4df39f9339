"""What the word lists find in answers, and what they leave alone."""

from __future__ import annotations

import pytest

from linter.checks.facts import _facts_in
from linter.words import words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Indien u wilt, bel ons.", [("Indien", "als")]),
        ("Wij sturen een rectificatiebrief.", [("rectificatiebrief", "verbetering")]),
        (
            "U dient te betalen en te allen tijde te wachten.",
            [("dient te", "moet"), ("te allen tijde", "altijd")],
        ),
        ("De mits en maren van een heining.", [("mits", "als")]),
        ("Een conformist met een middelsoort.", []),
        ("U vindt uw facturen in uw account.", []),
    ],
)
def test_hard_words_are_whole_words(text, found):
    assert words().hard.found_in(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Bel ons a.u.b. morgen.", ["a.u.b."]),
        ("Vraag uw hulp aub op tijd.", ["aub"]),
        ("Dat kan ik u niet vertellen. Ik heb geen zin.", []),
        ("Kom om 9 uur. Dat is het hotel.", []),
    ],
)
def test_abbreviations(text, found):
    assert [word for word, _ in words().abbreviations.found_in(text)] == found


@pytest.mark.parametrize(
    "text",
    [
        "Hallo, ik ben Sanne.",
        "Mijn naam is Tom en ik help u.",
        "Met vriendelijke groet, Fatima",
        "Ik zit even te lezen.",
        "Een ogenblik, ik zoek het voor u op.",
        "Dat vraag ik na, want ik overleg even.",
    ],
)
def test_an_assistant_that_plays_a_person(text):
    assert words().person.search(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ik ben de digitale assistent van {organisation_name}.",
        "Nee, ik ben geen mens.",
        "U spreekt een medewerker ook hier in de chat.",
        "Wilt u liever met een medewerker praten?",
        "Heeft u even tijd? Dan kunt u de vragenlijst invullen.",
    ],
)
def test_an_assistant_that_says_what_it_is(text):
    assert not words().person.search(text)


@pytest.mark.parametrize(
    "text",
    [
        "Uw ticketnummer is T-1.",
        "Ik heb voor u een ticket aangemaakt.",
        "Ik heb uw vraag doorgegeven aan de afdeling.",
        "Uw klacht wordt meteen doorgestuurd.",
        "Een medewerker belt u vandaag terug.",
        "U wordt nu doorverbonden.",
    ],
)
def test_a_promise(text):
    assert words().promise.search(text)


@pytest.mark.parametrize(
    "text",
    [
        "In dit gesprek is nog geen ticket geopend.",
        "Een medewerker kan uw klacht met u oplossen.",
        "Wilt u een medewerker spreken?",
        "Ticket {ticket_number} wacht op een medewerker.",
    ],
)
def test_no_promise(text):
    assert not words().promise.search(text)


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("Ruikt u gas? Bel 0800-9009.", []),
        ("Ruikt u gas? Bel 0800-9009 of 0800-1234.", ["organisation_phone"]),
        ("Bel 030-1234567.", ["organisation_phone"]),
        ("Bel +31 6 12 34 56 78.", ["organisation_phone"]),
        ("Bel gratis 0800-1234.", ["organisation_phone"]),
        ("Wij zijn er tot 17.30 uur.", ["organisation_opening_hours"]),
        ("Wij zijn er tot 18 uur.", ["organisation_opening_hours"]),
        ("Wij zitten in Utrecht.", ["organisation_postal_address"]),
        ("U krijgt binnen 24 uur antwoord.", []),
        ("Dat kost 12.50 euro, of € 12.50.", []),
        ("Op 12.11.2026 is het klaar.", []),
        ("Bijvoorbeeld 400123456 of 1234 AB.", []),
    ],
)
def test_facts_that_are_written_out(text, facts):
    assert [fact for fact, _ in _facts_in(text, {"organisation_postal_address": "Utrecht"})] == facts
