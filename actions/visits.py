"""Moments at which the service team can come, as customers name them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from actions.dates import in_words

Visit = tuple[dt.date, str]

PARTS = {"morning": "in de ochtend", "afternoon": "in de middag"}
_PART_CUES = {
    "morning": re.compile(r"ochtend|voormiddag|dagmorgen|'?s\s?morgens|\bde morgen\b", re.IGNORECASE),
    "afternoon": re.compile(r"(?<!voor)middag", re.IGNORECASE),
}
_WEEKDAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
_SHORT_WEEKDAYS = ("ma", "di", "wo", "do", "vr", "za", "zo")
_DAY_OF_MONTH = re.compile(r"(?<![\w.,:])(?:de\s)?(\d{1,2})(?:e|ste|de)?(?![\w:])", re.IGNORECASE)
_SOONEST = re.compile(
    r"\b(?:zo snel mogelijk|zsm|zo vlug mogelijk|eerst\w*|vroegst\w*|maakt (?:mij |me )?niet uit)\b",
    re.IGNORECASE,
)


def in_customer_words(visit: Visit) -> str:
    """For example `donderdag 26 november in de ochtend`."""
    day, part = visit
    return f"{in_words(day)} {PARTS[part]}"


def named_part(text: str) -> str | None:
    """`morning` or `afternoon`, when a text names one of the two."""
    named = [part for part, cue in _PART_CUES.items() if cue.search(text)]
    return named[0] if len(named) == 1 else None


def named_day(text: str, dates: Iterable[str], free: list[Visit]) -> dt.date | None:
    """The day on which a visit is free that a text names, or None when it names none or several.

    Args:
        text: what the customer wrote.
        dates: the entities `date` that were found in it.
        free: the visits to choose from.
    """
    days = sorted({day for day, _ in free})
    if days and _SOONEST.search(text):
        return days[0]
    given = set(dates)
    by_date = [day for day in days if day.isoformat() in given]
    found = by_date or _by_weekday(text, days) or _by_number(text, days)
    return found[0] if len(found) == 1 else None


def _by_weekday(text: str, days: list[dt.date]) -> list[dt.date]:
    lowered = text.lower()
    # "woensdagmiddag" and "woensdags" begin with the day.
    long = [day for day in days if re.search(rf"\b{_WEEKDAYS[day.weekday()]}", lowered)]
    short = [day for day in days if re.search(rf"\b{_SHORT_WEEKDAYS[day.weekday()]}\b", lowered)]
    return long or short


def _by_number(text: str, days: list[dt.date]) -> list[dt.date]:
    numbers = {int(number) for number in _DAY_OF_MONTH.findall(text)}
    return [day for day in days if day.day in numbers]
