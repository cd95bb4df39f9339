"""Postcodes and house numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum.exceptions import ValidationError
from stdnum.nl import postcode as dutch_postcode

from nlu.entities.found import Found

_POSTCODE = re.compile(r"(?<![\w.,\-])([1-9]\d{3})( ?)([A-Za-z]{2})(?![\w])")
_CUE = re.compile(r"post\s?code|adres|woon|bezorg|verhui", re.IGNORECASE)
_CUE_REACH = 40
# Two letters that are more often a word or a unit: "in 2024 is …", "1500 km". After these, more must point to a postcode.
_WORDS = frozenset(
    (  # noqa: SIM905 - sixty quoted words read worse
        "af al an as au be bv ca cc cl cm co da de di dl dr eb ec ed ee en er ex ff ga ge gr ha he hm ho hz "
        "ik in is ja je jr ka kb kg km kw la lt ma mb me mg mj ml mm mn mw na nl no nr nu of ok om on op pa "
        "pc pk re st te ti to tv ui uw va vd ve wa we wo xl za ze zn zo "
    ).split()
)
_SUFFIX = r"(?:[ \-]?(?:bis|hs|huis|zw|rd|[a-z](?![a-z])\d{0,2})|[\-/]\d{1,4})?"
_NUMBER = rf"(\d{{1,5}}{_SUFFIX})(?![\w])"
_AFTER_POSTCODE = re.compile(
    rf"(?:\s*,\s*|\s+)(?:(?:en\s+)?(?:huis\s?-?(?:nummer|nr\.?)|nummer|nr\.?)\s*:?\s*)?{_NUMBER}",
    re.IGNORECASE,
)
_LABELLED = re.compile(rf"\bhuis\s?-?(?:nummer|nr\.?)\s*(?:is|:|=)?\s*{_NUMBER}", re.IGNORECASE)
_STREET = re.compile(
    r"\b[A-Z][\w'’\-]{1,40}(?:straat|laan|weg|plein|gracht|kade|dijk|hof|singel|park|dreef|pad|steeg|plantsoen|markt|"
    rf"burg|wal|ring|hoek|akker|erf|baan|kamp)\s+{_NUMBER}"
)


def find_postcodes(text: str) -> Iterator[Found]:
    """Dutch postcodes, as `1234 AB`. `SA`, `SD` and `SS` are never given out (PostNL), and are refused by the check."""
    for match in _POSTCODE.finditer(text):
        try:
            value = dutch_postcode.validate(match[1] + match[3])
        except ValidationError:
            continue
        if _reads_as_a_postcode(text, match):
            yield Found("postcode", match.start(), match.end(), value)


def _reads_as_a_postcode(text: str, match: re.Match[str]) -> bool:
    letters = match[3]
    if letters.lower() not in _WORDS or not match[2]:
        return True
    if letters.isupper() and not text.isupper():
        return True
    before = text[max(0, match.start() - _CUE_REACH) : match.start()]
    rest = text[: match.start()] + text[match.end() :]
    return bool(_CUE.search(before)) or not any(character.isalpha() for character in rest)


def find_house_numbers(text: str, postcodes: list[Found]) -> Iterator[Found]:
    """House numbers: after a postcode, after the word, or after the name of a street.

    Args:
        text: the message.
        postcodes: what `find_postcodes` found in it.
    """
    matches = [_AFTER_POSTCODE.match(text, postcode.end) for postcode in postcodes]
    matches += [*_LABELLED.finditer(text), *_STREET.finditer(text)]
    for match in matches:
        if match:
            value = re.sub(r"\s+", "", match[1]).upper().replace("/", "-")
            yield Found("house_number", match.start(1), match.end(1), value)
