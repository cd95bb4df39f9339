"""Bank accounts and amounts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from stdnum import iban

from nlu.entities.found import Found

_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ .\-]?[A-Za-z0-9]){11,30}")
_SHORTEST_IBAN, _LONGEST_IBAN = 15, 34

_NUMBER = r"\d{1,3}(?:[. ]\d{3})+(?:,\d{1,2})?|\d{1,9}(?:[.,]\d{1,2})?"
_AMOUNT = re.compile(
    rf"(?:€|(?<!\w)(?:eur|euro))\s?(?P<after>{_NUMBER})(?:,?-+)?(?![\w])"
    rf"|(?<![\w.,\-])(?P<before>{_NUMBER})(?:,?-+)?\s?(?:€|(?:euro|eur|euri)(?!\w))"
    r"|(?<![\w.,\-])(?P<whole>\d{1,6}),-(?![\w])"
    r"|(?<![\w.,\-])(?P<cents>\d{1,2}) (?:euro)?cent(?!\w)",
    re.IGNORECASE,
)


def find_ibans(text: str) -> Iterator[Found]:
    """Bank accounts that pass the mod 97 check of ISO 13616, without blanks and in capitals."""
    for match in _IBAN.finditer(text):
        # What follows may be a word: the longest beginning that is valid is the account.
        ends = [match.start() + i + 1 for i, character in enumerate(match[0]) if character.isalnum()]
        for end in reversed(ends[_SHORTEST_IBAN - 1 : _LONGEST_IBAN]):
            value = iban.compact(text[match.start() : end]).replace(".", "")
            if iban.is_valid(value):
                yield Found("iban", match.start(), end, value)
                break


def find_amounts(text: str) -> Iterator[Found]:
    """Amounts of money in euros, as a decimal with two digits: `1.234,56` becomes `1234.56`."""
    for match in _AMOUNT.finditer(text):
        cents = match["cents"]
        number = match["after"] or match["before"] or match["whole"]
        value = Decimal(cents) / 100 if cents else _euros(number)
        yield Found("amount", match.start(), match.end(), f"{value:.2f}")


def _euros(number: str) -> Decimal:
    """Read a Dutch number: a comma before the cents, dots between thousands. `12.50` is a keyboard habit."""
    number = number.replace(" ", "")
    if "," not in number and re.fullmatch(r"\d+\.\d{1,2}", number):
        return Decimal(number)
    return Decimal(number.replace(".", "").replace(",", "."))
