"""Which entities are found in Dutch messages, and with which values. Today is Wednesday 18 November 2026."""

from __future__ import annotations

import datetime as dt

import pytest

from nlu.entities.extract import PRIORITY, extract
from nlu.entities.numbers import DEFAULT_NUMBERS, number_kinds

TODAY = dt.date(2026, 11, 18)


def values(text: str, entity: str | None = None) -> list:
    found = extract(text, today=TODAY)
    return (
        [each.value for each in found if each.entity == entity]
        if entity
        else [(e.entity, e.value) for e in found]
    )


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("400123456", "400123456"),
        ("mijn bestelnummer is 400123456.", "400123456"),
        ("bestelling #400123456, waar blijft die?", "400123456"),
        ("4001 23456", "400123456"),
        ("400 123 456", "400123456"),
        ("400-123-456", "400123456"),
        ("4 0 0 1 2 3 4 5 6", "400123456"),
        ("order400123456", None),
        ("4001234567", None),
        ("500123456", None),
        ("40012345", None),
        ("06-400123456", None),
        ("tel 0400123456", None),
        ("400123456 met postcode 3511 AB", "400123456"),
        ("4001 23456 3511 AB", "400123456"),
    ],
)
def test_order_numbers(text, number):
    assert values(text, "order_number") == ([number] if number else [])


def test_several_order_numbers_keep_their_order():
    assert values("niet 400123456 maar 400123457", "order_number") == ["400123456", "400123457"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("factuur F2026-00123 klopt niet", [("invoice_number", "F2026-00123")]),
        ("f2026 00123", [("invoice_number", "F2026-00123")]),
        ("F202600123", [("invoice_number", "F2026-00123")]),
        ("klantnummer k123456", [("customer_number", "K123456")]),
        ("K 123 456", []),
        ("hoe staat het met T-100042?", [("ticket_number", "T-100042")]),
        ("t100042", [("ticket_number", "T-100042")]),
        ("ticketnummer 100042", [("ticket_number", "T-100042")]),
        ("ticket nr. is: 100042", [("ticket_number", "T-100042")]),
        ("at100042", []),
    ],
)
def test_other_numbers_of_the_organisation(text, found):
    assert values(text) == found


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3511 AB", "3511 AB"),
        ("3511ab", "3511 AB"),
        ("3511 ab", "3511 AB"),
        ("postcode: 1012 wx", "1012 WX"),
        ("ik woon op 1012 WX in Amsterdam", "1012 WX"),
        ("mijn postcode is 1234 is", "1234 IS"),
        ("1234 SS", None),
        ("1234 SA", None),
        ("1234 sd", None),
        ("0123 AB", None),
        ("in 2024 is het misgegaan", None),
        ("het is 1500 km rijden", None),
        ("IK HEB IN 2024 IN EEN WINKEL GEKOCHT", None),
        ("bestelling van 2026 en nog een", None),
        ("1234 ABC", None),
        ("51234 AB", None),
        ("2024 op", "2024 OP"),
    ],
)
def test_postcodes(text, value):
    assert values(text, "postcode") == ([value] if value else [])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3511 AB 12", "12"),
        ("3511ab, 12a", "12A"),
        ("3511 AB huisnummer 12 bis", "12BIS"),
        ("postcode 1012 wx en huisnr 4", "4"),
        ("3511 AB 12-3", "12-3"),
        ("huisnummer: 120 B", "120B"),
        ("ik woon in de Kerkstraat 7", "7"),
        ("Prins Hendrikkade 33-1", "33-1"),
        ("ik heb 3 pakketten besteld", None),
        ("3511 AB en dan", None),
    ],
)
def test_house_numbers(text, value):
    assert values(text, "house_number") == ([value] if value else [])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NL91ABNA0417164300", "NL91ABNA0417164300"),
        ("rekening nl91 abna 0417 1643 00 graag", "NL91ABNA0417164300"),
        ("DE89 3704 0044 0532 0130 00 graag", "DE89370400440532013000"),
        ("NL91ABNA0417164301", None),
        ("NL91", None),
    ],
)
def test_ibans_pass_the_mod_97_check(text, value):
    assert values(text, "iban") == ([value] if value else [])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("mijn bsn is 111222333", "111222333"),
        ("burgerservicenummer: 1112.22.333", "111222333"),
        ("bsn 111222334", None),
        ("111222333", None),
        ("bestelling 111222333", None),
        ("bestelling 400123456, mijn bsn geef ik niet", None),
    ],
)
def test_a_bsn_needs_its_word_and_the_eleven_test(text, value):
    assert values(text, "bsn") == ([value] if value else [])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("bel 06-12345678", "+31612345678"),
        ("+31 6 12 34 56 78", "+31612345678"),
        ("0031612345678", "+31612345678"),
        ("030 231 42 42", "+31302314242"),
        ("mijn gsm: +32 470 12 34 56", "+32470123456"),
        ("06-1234", None),
        ("612345678", None),
    ],
)
def test_phone_numbers_exist_by_the_numbering_plan(text, value):
    assert values(text, "phone") == ([value] if value else [])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Jan.Jansen+shop@Example.NL", "jan.jansen+shop@example.nl"),
        ("mail naar a@b.co, dank", "a@b.co"),
        ("ik ben @jan op instagram", None),
        ("jan@localhost", None),
    ],
)
def test_emails(text, value):
    assert values(text, "email") == ([value] if value else [])


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("3-12-2026", "2026-12-03"),
        ("03/12/26", "2026-12-03"),
        ("3.12.2026", "2026-12-03"),
        ("2026-12-03", "2026-12-03"),
        ("op 3-12 graag", "2026-12-03"),
        ("30-02-2026", None),
        ("3 december", "2026-12-03"),
        ("2 januari", "2027-01-02"),
        ("20 aug", "2026-08-20"),
        ("3 dec. 2025", "2025-12-03"),
        ("vrijdag 20 november 2026", "2026-11-20"),
        ("a.s. vrijdag", "2026-11-20"),
        ("vrijdag a.s.", "2026-11-20"),
        ("aanstaande zaterdag", "2026-11-21"),
        ("komende woensdag", "2026-11-25"),
        ("afgelopen vrijdag", "2026-11-13"),
        ("vorige woensdag", "2026-11-11"),
        ("maandag jl.", "2026-11-16"),
        ("volgende week dinsdag", "2026-11-24"),
        ("dinsdag volgende week", "2026-11-24"),
        ("vorige week vrijdag", "2026-11-13"),
        ("komende vr", "2026-11-20"),
        ("donderdag", "2026-11-19"),
        ("vandaag", "2026-11-18"),
        ("gisteren", "2026-11-17"),
        ("eergisteren", "2026-11-16"),
        ("overmorgen", "2026-11-20"),
        ("kan het morgen?", "2026-11-19"),
        ("over 3 dagen", "2026-11-21"),
        ("over twee weken", "2026-12-02"),
        ("drie dagen geleden", "2026-11-15"),
        ("een week geleden", "2026-11-11"),
        ("1 maand geleden", "2026-10-18"),
        ("goede morgen", None),
        ("Morgen!", None),
        ("'s morgens", None),
        ("ik doe mee", None),
        ("versie 1.2.3", None),
    ],
)
def test_dates_are_normalised(text, day):
    assert values(text, "date")[:1] == ([day] if day else [])


def test_a_weekday_belongs_to_the_date_after_it():
    assert values("vrijdag 20 november 2026", "date")[-1] == "2026-11-20"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("€ 1.234,56", "1234.56"),
        ("20 euro", "20.00"),
        ("€20,-", "20.00"),
        ("12,50 eur", "12.50"),
        ("12.50 euro", "12.50"),
        ("eur 1 234,5", "1234.50"),
        ("15,-", "15.00"),
        ("50 cent", "0.50"),
        ("euro 7", "7.00"),
        ("20 eurocent", "0.20"),
        ("20 stuks", None),
        ("2 procent", None),
    ],
)
def test_amounts(text, value):
    assert values(text, "amount") == ([value] if value else [])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("kenteken AB-12-CD", "AB-12-CD"),
        ("12-ab-34", "12-AB-34"),
        ("kenteken: g123bc", "G-123-BC"),
        ("GB-123-X", "GB-123-X"),
        ("mijn kenteken is 1 zbh 23", "1-ZBH-23"),
        ("ab12cd", None),
    ],
)
def test_licence_plates(text, value):
    assert values(text, "licence_plate") == ([value] if value else [])


def test_a_whole_message():
    text = "Bestelling 400123456 (factuur F2026-00123 van € 49,95) hoort op Kerkstraat 12, 3511 AB. Bel 0612345678."
    assert values(text) == [
        ("order_number", "400123456"),
        ("invoice_number", "F2026-00123"),
        ("amount", "49.95"),
        ("house_number", "12"),
        ("postcode", "3511 AB"),
        ("phone", "+31612345678"),
    ]


def test_positions_are_those_of_the_text():
    text = "hallo, 400123456 en 3511ab graag"
    assert [text[each.start : each.end] for each in extract(text)] == ["400123456", "3511ab"]


def test_an_organisation_brings_its_own_numbers():
    kinds = number_kinds({"order_number": {"patterns": [r"\bLH-(\d{4})\b"], "format": "LH{0}"}})
    assert [each.value for each in extract("lh-1234 en 400123456", kinds)] == ["LH1234"]


@pytest.mark.parametrize(
    "setting",
    [
        {"patterns": ["("], "format": "{0}"},
        {"patterns": [r"\d{4}"], "format": "{0}"},
        {"patterns": r"(\d)", "format": "{0}"},
        {"patterns": [r"(\d)"]},
    ],
)
def test_a_number_that_cannot_be_used_is_refused(setting):
    with pytest.raises(ValueError, match="order_number"):
        number_kinds({"order_number": setting})


def test_every_kind_of_number_has_a_place_in_the_priority():
    assert set(DEFAULT_NUMBERS) <= set(PRIORITY)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("zijn jullie open met kerst", "2026-12-25"),
        ("en tweede kerstdag?", "2026-12-26"),
        ("kerstavond tot hoe laat", "2026-12-24"),
        ("op 2e Paasdag ook?", "2027-03-29"),
        ("goede vrijdag geopend?", "2027-03-26"),
        ("hemelvaart", "2027-05-06"),
        ("met Pinksteren dicht?", "2027-05-16"),
        ("koningsdag", "2027-04-27"),
        ("oud en nieuw", "2026-12-31"),
        ("nieuwjaarsdag", "2027-01-01"),
        ("mijn kerstboom is kapot", None),
        ("een paasei te weinig", None),
    ],
)
def test_days_that_have_a_name(text: str, day: str | None) -> None:
    assert values(text, "date") == ([day] if day else [])


def test_koningsdag_moves_when_it_is_a_sunday() -> None:
    found = extract("koningsdag", today=dt.date(2031, 1, 1))
    assert [each.value for each in found] == ["2031-04-26"]


def test_a_day_of_that_name_today_is_today() -> None:
    assert [each.value for each in extract("met kerst", today=dt.date(2026, 12, 25))] == ["2026-12-25"]


@pytest.mark.parametrize(
    ("text", "cannot"),
    [
        ("ik ben doof, kan het via chat", True),
        ("Ik ben helaas zwaar slechthorend", True),
        ("mijn moeder is bijna doof en wil iets bestellen", True),
        ("ik heb een gehoorbeperking", True),
        ("kan ik met een gebarentaaltolk langskomen", True),
        ("ik hoor heel slecht", True),
        ("ik kan niet bellen", True),
        ("zijn jullie doof ofzo", False),
        ("ik ben niet doof hoor", False),
        ("ik hoor niets meer van jullie", False),
        ("jullie kunnen mij niet bellen op dat nummer", False),
    ],
)
def test_who_cannot_telephone(text: str, cannot: bool) -> None:
    assert bool(values(text, "cannot_phone")) == cannot
