"""The organisation's facts stand in `organisation.yml` only (R20): an answer names them as `{organisation_…}`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from importers.organisation import FACT_SLOTS
from linter.findings import Finding, at
from linter.project import Project
from linter.settings import settings
from linter.values import Value

_WRITTEN_OUT = (
    ("organisation_email", re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]*\w")),
    # Ten digits that begin with 0, or +31 and nine, with the usual separators; and the short service numbers.
    ("organisation_phone", re.compile(r"(?<![\w+])(?:\+31|0031|0)(?:[ ()-]{0,3}\d){9}(?!\d)")),
    ("organisation_phone", re.compile(r"(?<!\w)0[89]00[ -]?\d{4}(?:\d{3})?(?!\d)")),
    # A time of the day: no amount ("12.50 euro"), no date ("12.11.2026"), no duration ("binnen 24 uur").
    (
        "organisation_opening_hours",
        re.compile(
            r"(?<![\d.,€])(?<!€ )(?:[01]?\d|2[0-3])[.:][0-5]\d(?: uur)?(?![.,]?\d| euro)"
            r"|\b(?:van|vanaf|tot|om) \d{1,2} uur\b",
            re.IGNORECASE,
        ),
    ),
)
# Too common as ordinary words to look for.
_COMMON = {"organisation_assistant_name"}


def check(project: Project) -> Iterator[Finding]:
    """Facts that an answer writes out."""
    values = _values(project.organisation)
    for response in project.domain.responses.values():
        for variation in response.variations:
            if variation.text is not None:
                for fact, written in _facts_in(variation.text.text, values):
                    yield at(variation.text, "fact-written-out", text=written, fact="{" + fact + "}")


def _values(organisation: Value | None) -> dict[str, str]:
    """Per fact the value that stands in `organisation.yml`."""
    pairs = organisation.pairs() if organisation else []
    named = {f"organisation_{key.text}": value.text for key, value in pairs}
    return {fact: named[fact] for fact in FACT_SLOTS if named.get(fact) and fact not in _COMMON}


def _facts_in(text: str, values: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The fact and its wording, once per fact."""
    found = {
        fact: value for fact, value in values.items() if re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text)
    }
    for fact, pattern in _WRITTEN_OUT:
        for match in pattern.finditer(text):
            if match[0] not in settings().public_numbers:
                found.setdefault(fact, match[0])
    yield from found.items()
