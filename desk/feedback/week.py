"""Weeks as calendars in the Netherlands number them (ISO 8601)."""

from __future__ import annotations

import re
from datetime import date, timedelta

from figures.period import Period, is_possible

_WEEK = re.compile(r"(2\d{3})-W(\d{2})", re.ASCII)


def week_of(day: date) -> Period:
    """The week, from Monday to Sunday, in which a day is."""
    monday = day - timedelta(days=day.weekday())
    return Period(monday, monday + timedelta(days=6))


def parse_week(text: str) -> Period:
    """The week that is written as `2026-W48`.

    Raises:
        ValueError: it is no week.
    """
    match = _WEEK.fullmatch(text)
    if match is None:
        raise ValueError(text)
    week = week_of(date.fromisocalendar(int(match[1]), int(match[2]), 1))
    if not is_possible(week.first, week.last):
        raise ValueError(text)
    return week


def word_for(week: Period) -> str:
    """The week as `2026-W48`."""
    year, number, _ = week.first.isocalendar()
    return f"{year}-W{number:02}"
