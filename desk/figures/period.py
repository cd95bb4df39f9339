"""The days that a supervisor looks at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

LONGEST_DAYS = 731
# Nothing was counted before, and there are days before it to compare with.
_EARLIEST = date(2000, 1, 1)
_LATEST = date(2999, 12, 31)


@dataclass(frozen=True)
class Period:
    """Whole days, `first` and `last` included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> Period:
        """The period of the same length that ends the day before."""
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))

    @property
    def after(self) -> Period:
        """The period of the same length that begins the day after."""
        return Period(self.last + timedelta(days=1), self.last + timedelta(days=self.days))

    def each_day(self) -> list[date]:
        """Every day, also those without anything."""
        return [self.first + timedelta(days=number) for number in range(self.days)]


def latest(days: int, today: date) -> Period:
    """So many days up to and including today."""
    return Period(today - timedelta(days=days - 1), today)


def is_possible(first: date, last: date) -> bool:
    """Can these be the first and last day of a period: in order, at most two years, and in our time?"""
    return _EARLIEST <= first <= last <= _LATEST and (last - first).days < LONGEST_DAYS
