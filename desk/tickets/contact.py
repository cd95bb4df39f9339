"""Ways to reach a customer, checked and written in one way."""

from __future__ import annotations

import re

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from conversations.cleaning import clean
from organisation.loader import current

_LONGEST_EMAIL = 254
_POSTCODE = re.compile(r"([1-9]\d{3}) ?([A-Za-z]{2})", re.ASCII)
_is_email = EmailValidator()
# A longer message tells of a number or address; one as short as this gives it.
_WORDS_OF_AN_ANSWER = 8


def phone_of(text: str) -> str:
    """The phone number as `+31612345678`; without a country it is Dutch. Empty when there is no such number."""
    try:
        number = phonenumbers.parse(text, "NL")
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def email_of(text: str) -> str:
    """The e-mail address in small letters; empty when it is none."""
    address = clean(text).lower()
    try:
        _is_email(address)
    except ValidationError:
        return ""
    return address if len(address) <= _LONGEST_EMAIL else ""


def postcode_of(text: str) -> str:
    """The postcode as `1234 AB`; empty when it is none."""
    match = _POSTCODE.fullmatch(clean(text))
    return f"{match[1]} {match[2].upper()}" if match else ""


def given_in(text: str) -> dict[str, str]:
    """`phone` and `email` in a short message that gives the customer's own: "mijn nummer is 06 12345678".

    Returns:
        Empty for a longer message, and for the organisation's own number or address.
    """
    if len(text.split()) > _WORDS_OF_AN_ANSWER:
        return {}
    phones = [match.raw_string for match in phonenumbers.PhoneNumberMatcher(text, "NL")]
    phone = phone_of(phones[-1]) if phones else ""
    email = next(
        (address for word in text.split() if "@" in word and (address := email_of(word.strip("<>.,;:()")))),
        "",
    )
    own = {phone_of(current().phone), current().email.lower()}
    return {name: value for name, value in (("phone", phone), ("email", email)) if value and value not in own}
