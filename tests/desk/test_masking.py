import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.detectors import Kind
from privacy.masking import mask, mask_everything, mask_values

BSN = "123456782"  # passes the eleven test


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Mijn BSN is 123456782.", "Mijn BSN is [BSN]."),
        ("bsn:123456782", "bsn:[BSN]"),
        ("burgerservicenummer 1234.56.782 graag", "burgerservicenummer [BSN] graag"),
        ("burger service nummer 123 456 782", "burger service nummer [BSN]"),
        ("123456782 is mijn sofinummer", "[BSN] is mijn sofinummer"),
        ("bsn １２３４５６７８２", "bsn [BSN]"),
        ("bsn 10000008", "bsn [BSN]"),  # eight digits: the leading zero is left out
        ("IBAN nl91 abna 0417 1643 00.", "IBAN [IBAN]."),
        ("rekening NL91ABNA0417164300,bedankt", "rekening [IBAN],bedankt"),
        ("DE89 3704 0044 0532 0130 00", "[IBAN]"),
        ("kaart 4111 1111 1111 1111 tot 09/27", "kaart [kaartnummer] tot 09/27"),
        ("5500-0055-5555-5559", "[kaartnummer]"),
        ("mijn pas 6304 0000 0000 0000 geweigerd", "mijn pas [kaartnummer] geweigerd"),
        ("wachtwoord: Geheim!1", "wachtwoord: [wachtwoord]"),
        ("mijn wachtwoord is Welkom01, werkt niet", "mijn wachtwoord is [wachtwoord], werkt niet"),
        ('het wachtwoord is "zon en maan"', 'het wachtwoord is "[wachtwoord]"'),
        ("mijn wachtwoord is zonnebloem", "mijn wachtwoord is [wachtwoord]"),
        ("pincode 1234", "pincode [wachtwoord]"),
        ("mijn_bsn_123456782.jpg", "mijn_bsn_[BSN].jpg"),
        ("scan_NL91_ABNA_0417_1643_00_voorkant", "scan_[IBAN]_voorkant"),
        ("4111_1111_1111_1111", "[kaartnummer]"),
        ("de_pincode_1234", "de_pincode_[wachtwoord]"),
    ],
)
def test_takes_out_what_is_personal(text: str, masked: str) -> None:
    assert mask(text).text == masked


@pytest.mark.parametrize(
    "text",
    [
        "bestelnummer 123456782",  # an order number that passes the eleven test by chance
        "mijn bsn is 123456789",  # does not pass it
        "NL92ABNA0417164300",  # wrong check digits
        "order 4111111111111112",  # does not pass Luhn
        "pakket 3012345678901234567",  # no card network has it
        "mijn wachtwoord is vergeten",
        "mijn wachtwoord is niet goed meer",
        "mijn wachtwoord is echt heel onhandig",
        "bel me op 06 12345678",
        "het kostte € 1.234,56 op 23-11-2026",
    ],
)
def test_leaves_ordinary_text_alone(text: str) -> None:
    assert mask(text).text == text


def test_an_order_number_beside_a_bsn_stays() -> None:
    assert (
        mask(f"mijn bsn is {BSN} en mijn ordernummer {BSN}").text
        == f"mijn bsn is [BSN] en mijn ordernummer {BSN}"
    )


def test_the_message_before_it_tells_what_a_number_is() -> None:
    assert mask(BSN, context="Wat is uw burgerservicenummer?").kinds == {Kind.BSN}
    assert mask(BSN, context="Wat is uw bestelnummer?").text == BSN


def test_a_field_name_tells_what_its_value_is() -> None:
    values = {"bsn": BSN, "order_number": BSN, "said": ["NL91ABNA0417164300", 3, None]}
    assert mask_values(values) == {"bsn": "[BSN]", "order_number": BSN, "said": ["[IBAN]", 3, None]}


def test_logs_lose_every_number_that_could_be_a_bsn() -> None:
    assert mask_everything(f"order {BSN} wachtwoord=x1") == "order [BSN] wachtwoord=[wachtwoord]"


@pytest.mark.parametrize("address", ["fleur@example.nl", "f.de-vries+web@mail.example.co.uk", "x_1@é.nl"])
def test_a_log_holds_no_email_address_and_a_message_does(address: str) -> None:
    line = f"Key (email)=({address}) already exists"
    assert mask_everything(line) == "Key (email)=([e-mailadres]) already exists"
    assert mask(line).text == line


def test_what_is_no_address_is_left_alone() -> None:
    assert mask_everything("goin' fast @ http://127.0.0.1 of a@b") == "goin' fast @ http://127.0.0.1 of a@b"


@given(st.text(alphabet="0123456789 -.abnBSNL[]:=iswachtwoord\n", max_size=80))
def test_masking_twice_is_masking_once(text: str) -> None:
    once = mask(text).text
    assert mask(once).text == once


@given(st.text(max_size=200))
def test_any_text_can_be_masked(text: str) -> None:
    assert isinstance(mask(text, context=text).text, str)


@pytest.mark.parametrize(
    "text",
    ["NL91 " * 400, "1 " * 1000, "bsn " * 250 + "1 " * 500, "wachtwoord is " * 140, "4" * 2000, "pin " * 500],
)
def test_a_hostile_message_costs_little(text: str) -> None:
    begin = time.perf_counter()
    mask(text[:2000], context=text[:2000])
    assert time.perf_counter() - begin < 0.5
