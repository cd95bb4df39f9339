"""Opening hours as a page or an answer shows them. The words stand in templates."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from organisation.opening_hours import OpeningHours, Period
from organisation.texts import say

# How far ahead the page warns of a day on which the hours differ.
_LOOK_AHEAD_DAYS = 42
_ANY_MONDAY = date(2024, 1, 1)


@dataclass(frozen=True)
class Day:
    """One row of a table of hours: `date` names the weekday (and the day, for a special one)."""

    date: date
    periods: Sequence[Period]
    is_today: bool = False


@dataclass(frozen=True)
class Today:
    """How things stand at one moment.

    Attributes:
        is_open: employees answer now.
        closes: until when, while open; None means midnight.
        next_opening: when they answer again, while closed; None when that is not known.
        days_until: 0 when that is still today, 1 for tomorrow.
    """

    is_open: bool
    closes: time | None = None
    next_opening: datetime | None = None
    days_until: int = 0


def today(hours: OpeningHours, at: datetime) -> Today:
    """How things stand at the moment `at` (aware)."""
    now = at.astimezone(hours.zone)
    if hours.is_open(now):
        closing = [
            p.closes
            for p in hours.periods(now.date())
            if p.opens <= now.time() and (not p.closes or now.time() < p.closes)
        ]
        return Today(is_open=True, closes=closing[0])
    opening = hours.next_opening(now)
    days = (opening.date() - now.date()).days if opening else 0
    return Today(is_open=False, next_opening=opening, days_until=days)


def ordinary_week(hours: OpeningHours, at: datetime) -> list[Day]:
    """The seven days of an ordinary week, Monday first, without holidays and exceptions."""
    weekday = at.astimezone(hours.zone).weekday()
    return [
        Day(_ANY_MONDAY + timedelta(days=n), sorted(hours.week.get(n, ())), is_today=n == weekday)
        for n in range(7)
    ]


def week_in_words(hours: OpeningHours, at: datetime) -> str:
    """An ordinary week in one line, days with the same hours together: `maandag t/m vrijdag 09.00-17.30 uur, …`."""
    days = ordinary_week(hours, at)
    groups = [list(same) for _, same in itertools.groupby(days, key=lambda day: list(day.periods))]
    return say("week_in_words", groups=[(group[0], group[-1]) for group in groups])


def special_days(hours: OpeningHours, at: datetime) -> list[Day]:
    """The days in the next six weeks, today included, on which the hours differ from the ordinary week."""
    first = at.astimezone(hours.zone).date()
    days = (first + timedelta(days=n) for n in range(_LOOK_AHEAD_DAYS))
    return [
        Day(day, periods)
        for day in days
        if list(periods := hours.periods(day)) != sorted(hours.week.get(day.weekday(), ()))
    ]
