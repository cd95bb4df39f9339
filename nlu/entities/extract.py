"""Finds every entity in a text and settles which of two that overlap it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from nlu.entities.addresses import find_house_numbers, find_postcodes
from nlu.entities.contact import find_emails, find_phones
from nlu.entities.dates import find_dates
from nlu.entities.found import Found
from nlu.entities.money import find_amounts, find_ibans
from nlu.entities.numbers import DEFAULT_NUMBERS, NumberKind, find_bsn, number_kinds
from nlu.entities.telephone import find_cannot_phone
from nlu.entities.vehicles import find_licence_plates

# Where two overlap, the one that says more about its form wins: letters and check digits before bare digits.
PRIORITY = (
    "email",
    "iban",
    "ticket_number",
    "invoice_number",
    "customer_number",
    "bsn",
    "phone",
    "licence_plate",
    "order_number",
    "date",
    "postcode",
    "house_number",
    "amount",
    "cannot_phone",
)
# A message of the web chat has at most 2,000 characters, of another channel 10,000; what comes after this is not looked at.
LONGEST_TEXT = 5000
_DEFAULT_KINDS = tuple(number_kinds(DEFAULT_NUMBERS))


def extract(
    text: str, kinds: Sequence[NumberKind] = _DEFAULT_KINDS, today: dt.date | None = None
) -> list[Found]:
    """The entities of a text, in order and without overlap.

    Args:
        text: any text.
        kinds: how the organisation writes its own numbers.
        today: what relative dates count from; by default today in Amsterdam.
    """
    text = text[:LONGEST_TEXT]
    found = [*find_emails(text), *find_dates(text, today), *find_amounts(text), *find_cannot_phone(text)]
    # Everything else holds a digit, and most messages hold none.
    if any(character.isdigit() for character in text):
        postcodes = list(find_postcodes(text))
        found += [entity for kind in kinds for entity in kind.find(text)]
        found += [*find_bsn(text), *find_ibans(text), *find_phones(text), *find_licence_plates(text)]
        found += [*postcodes, *find_house_numbers(text, postcodes)]
    return _without_overlap(found)


def _without_overlap(found: Iterable[Found]) -> list[Found]:
    kept: list[Found] = []
    for entity in sorted(found, key=_rank):
        if all(entity.end <= other.start or entity.start >= other.end for other in kept):
            kept.append(entity)
    return sorted(kept, key=lambda entity: entity.start)


def _rank(entity: Found) -> tuple[int, int]:
    """Better ones first: by kind, then the longer one. A kind of the organisation's own goes before all."""
    kind = PRIORITY.index(entity.entity) if entity.entity in PRIORITY else -1
    return kind, entity.start - entity.end
