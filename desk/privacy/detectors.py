"""Finds personal numbers and passwords in running text.

Each detector yields `Span`s. All of them are linear in the length of the text: they see whatever a stranger types.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from stdnum import iban, luhn, numdb
from stdnum.nl import bsn


class Kind(StrEnum):
    """What was found."""

    BSN = "bsn"
    IBAN = "iban"
    CARD = "card"
    PASSWORD = "password"  # noqa: S105 - the name of a kind
    EMAIL = "email"


@dataclass(frozen=True, order=True)
class Span:
    """`text[start:end]` is of this kind."""

    start: int
    end: int
    kind: Kind


_IBAN_START = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}")
_IBAN_SEPARATORS = " \u00a0.-_"

# First digits and lengths that the card networks issue; a number elsewhere is an order or a parcel.
_CARD = re.compile(
    r"4\d{15}(\d{3})?|5[1-5]\d{14}|2(22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|3(0[0-5]|[68]\d)\d{11}"
    r"|35(2[89]|[3-8]\d)\d{12}|6(011|4[4-9]\d|5\d\d)\d{12}|(50|5[6-9]|6\d)\d{14,17}"
)
_DIGIT_GROUP = re.compile(r"\d+")
_BETWEEN_GROUPS = re.compile(r"[\s.\-_]{1,3}")

# An underscore, as in the names of files, is no letter of a word.
_NO_WORD_BEFORE = r"(?<![^\W_])"
_BSN_LABEL = r"bsn|b\.s\.n|burger\s?-?service\s?-?(?:nummer|nr)|burgernummer|sofi\s?-?(?:nummer|nr)"
_OTHER_LABEL = (
    r"(?:bestel|order|factuur|klant|ticket|retour|polis|contract|pakket|dossier|zaak|telefoon|relatie|lid(?:maatschaps)?)"
    r"\s?-?(?:nummer|nr|code)|bestelling|order|factuur|ticket|telefoon|mobiel|kvk"
)
_LABELS = re.compile(rf"{_NO_WORD_BEFORE}(?:(?P<bsn>{_BSN_LABEL})|(?:{_OTHER_LABEL}))", re.IGNORECASE)

_PASSWORD = re.compile(
    rf"{_NO_WORD_BEFORE}(?:wacht\s?woord|pas(?:s)?woord|password|inlogcode|ww)\s*(?P<link>:|=|\b(?:is|luidt|was)\b\s*:?)\s*"
    r"(?:[\"'“‘](?P<quoted>[^\"'”’\n]+)[\"'”’]|(?P<value>[^\s\"'”’]+))",
    re.IGNORECASE,
)
_PIN = re.compile(
    rf"{_NO_WORD_BEFORE}pin\s?-?(?:code|nummer)?[\s_]*(?::|=|\bis\b)?\s*(?P<value>\d{{4,6}})(?!\d)",
    re.IGNORECASE,
)
# Words after "mijn wachtwoord is …" that describe it instead of giving it away.
_ABOUT_A_PASSWORD = frozenset(
    """
    al altijd bekend correct een fout gehackt geblokkeerd gelekt gereset gestolen gewijzigd goed het hetzelfde ingesteld
    juist kwijt kort lang nergens niet nieuw nodig nog nooit nu ongeldig onjuist onbekend ook opnieuw oud steeds te
    veranderd vergeten verkeerd verlopen verwijderd waar wat weg weigert wel zoek zwak aangepast
    """.split()  # noqa: SIM905 - a list of fifty lines would hide the words
)
# Each side is bounded, as in RFC 5321, so that a long text without a blank is not searched again from every character.
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_END_OF_CLAUSE = re.compile(r"\s*(?:[.,;!?)\n]|$|en\b|maar\b)", re.IGNORECASE)


def ibans(text: str) -> Iterator[Span]:
    """Bank accounts with a right check digit and the length of their country, spaced or not."""
    for found in _IBAN_START.finditer(text):
        start = found.start()
        length = _iban_length(found[0][:2].upper())
        compact = ""
        for position in range(start, len(text)):
            if len(compact) == length:
                break
            character = text[position]
            if character.isascii() and character.isalnum():
                compact += character
            elif character not in _IBAN_SEPARATORS:
                break
        else:
            position = len(text)
        if length and len(compact) == length and iban.is_valid(compact):
            yield Span(start, position, Kind.IBAN)


@cache
def _iban_length(country: str) -> int:
    """How many characters an IBAN of this country has (ISO 13616 registry); 0 when the country has none."""
    found = numdb.get("iban").info(country)
    structure = found[0][1].get("bban", "") if found else ""
    return sum(int(count) for count in re.findall(r"(\d+)!", structure)) + 4 if structure else 0


def cards(text: str) -> Iterator[Span]:
    """Payment card numbers: digits of a card network that pass the Luhn check, in groups or not."""
    for start, end, digits in _numbers(text, shortest=14, longest=19):
        if _CARD.fullmatch(digits) and luhn.is_valid(digits):
            yield Span(start, end, Kind.CARD)


def labelled_bsns(text: str, context: str = "") -> Iterator[Span]:
    """Citizen service numbers that pass the eleven test and are called so in the text, or in the message before it.

    One number of nine digits in eleven passes the test by chance, order numbers too; so the nearest label before the
    number decides, and without a label of any kind it is left alone.
    """
    labels = list(_LABELS.finditer(text))
    is_the_subject = any(label["bsn"] for label in labels) or any(
        label["bsn"] for label in _LABELS.finditer(context)
    )
    if not is_the_subject:
        return
    ends = [label.end() for label in labels]
    for start, end, digits in _numbers(text, shortest=8, longest=9):
        before = bisect_right(ends, start)
        if before and not labels[before - 1]["bsn"]:
            continue
        if bsn.is_valid(digits):
            yield Span(start, end, Kind.BSN)


def bare_bsns(text: str) -> Iterator[Span]:
    """Nine digits that pass the eleven test, whatever they are called. For logs, where a false alarm costs nothing."""
    for group in _DIGIT_GROUP.finditer(text):
        digits = _ascii(group[0])
        if len(digits) == 9 and bsn.is_valid(digits):
            yield Span(group.start(), group.end(), Kind.BSN)


def emails(text: str) -> Iterator[Span]:
    """E-mail addresses. For logs: in a conversation an address is what an employee answers to."""
    for found in _EMAIL.finditer(text):
        yield Span(found.start(), found.end(), Kind.EMAIL)


def passwords(text: str) -> Iterator[Span]:
    """What follows "wachtwoord:" or "mijn pincode is"; not "mijn wachtwoord is vergeten"."""
    for found in _PIN.finditer(text):
        yield Span(found.start("value"), found.end("value"), Kind.PASSWORD)
    for found in _PASSWORD.finditer(text):
        start, end = found.span("quoted" if found["quoted"] else "value")
        value = text[start:end].rstrip(".,;!?)")
        end = start + len(value)
        if (
            value
            and not value.startswith("[")
            and (found["quoted"] or _looks_given_away(found, value, text[end:]))
        ):
            yield Span(start, end, Kind.PASSWORD)


def _looks_given_away(found: re.Match[str], value: str, rest: str) -> bool:
    if found["link"].strip() in {":", "="} or not value.isalpha():
        return True
    return value.lower() not in _ABOUT_A_PASSWORD and _END_OF_CLAUSE.match(rest) is not None


def _numbers(text: str, shortest: int, longest: int) -> Iterator[tuple[int, int, str]]:
    """Every run of neighbouring digit groups with `shortest` to `longest` digits: start, end, the digits alone."""
    groups = [(group.start(), group.end(), _ascii(group[0])) for group in _DIGIT_GROUP.finditer(text)]
    for first in range(len(groups)):
        digits = ""
        for index in range(first, len(groups)):
            if index > first and not _BETWEEN_GROUPS.fullmatch(text, groups[index - 1][1], groups[index][0]):
                break
            digits += groups[index][2]
            if len(digits) > longest:
                break
            if len(digits) >= shortest:
                yield groups[first][0], groups[index][1], digits


def _ascii(digits: str) -> str:
    """Digits of any script (`１２`) as ASCII, one for one."""
    return "".join(str(unicodedata.digit(character)) for character in digits)
