"""Phone numbers and e-mail addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers

from nlu.entities.found import Found

_EMAIL = re.compile(r"(?<![\w.+\-])[\w.+\-]{1,64}@(?:[A-Za-z0-9\-]{1,63}\.){1,5}[A-Za-z]{2,24}(?![\w\-])")
# A number that can be dialled begins with 0, + or a bracket. Without that, nine digits are an order number.
_DIALLABLE = re.compile(r"(?<![\w+])(?:\+|\(?0)")


def find_emails(text: str) -> Iterator[Found]:
    """E-mail addresses, in lower case."""
    for match in _EMAIL.finditer(text):
        yield Found("email", match.start(), match.end(), match[0].lower())


def find_phones(text: str) -> Iterator[Found]:
    """Phone numbers that exist by the numbering plan (libphonenumber), as `+31612345678`. Without a country it is Dutch."""
    if not _DIALLABLE.search(text):
        return
    for match in phonenumbers.PhoneNumberMatcher(text, "NL"):
        if match.raw_string[0] in "+(0":
            value = phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
            yield Found("phone", match.start, match.end, value)
