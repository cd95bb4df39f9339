"""When employees answer: weekly hours, Dutch public holidays and the organisation's own exceptions (R44)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

_MIDNIGHT_AT_THE_END = "24:00"
# An organisation that is closed for longer than this has no opening worth promising.
_FURTHEST_DAYS = 366


@lru_cache(maxsize=64)
def _public_holidays(year: int) -> Mapping[date, str]:
    return dict(holidays.country_holidays("NL", years=year, language="nl"))


@dataclass(frozen=True, order=True)
class Period:
    """Open from `opens` until, not including, `closes`, as the clock on the wall says; `closes` None is midnight."""

    opens: time
    closes: time | None

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read `HH:MM-HH:MM`; the end may be `24:00`.

        Raises:
            ValueError: the end is not later than the beginning.
        """
        begin, end = text.split("-")
        period = cls(
            time.fromisoformat(begin), None if end == _MIDNIGHT_AT_THE_END else time.fromisoformat(end)
        )
        if period.closes is not None and period.closes <= period.opens:
            raise ValueError(text)
        return period


@dataclass(frozen=True)
class OpeningHours:
    """The hours of one organisation.

    Attributes:
        zone: the zone in which the hours are meant.
        week: periods per weekday (0 is Monday); a day that is missing is closed.
        exceptions: periods per date; they win over the week and over public holidays.
        closed_on_public_holidays: Dutch public holidays are closed, Koningsdag and, every fifth year, Bevrijdingsdag
            included.
    """

    zone: ZoneInfo
    week: Mapping[int, Sequence[Period]]
    exceptions: Mapping[date, Sequence[Period]] = field(default_factory=dict)
    closed_on_public_holidays: bool = True

    def periods(self, day: date) -> Sequence[Period]:
        """The periods of one day, in order; none when it is closed."""
        if day in self.exceptions:
            return sorted(self.exceptions[day])
        if self.closed_on_public_holidays and day in _public_holidays(day.year):
            return ()
        return sorted(self.week.get(day.weekday(), ()))

    def public_holiday(self, day: date) -> str | None:
        """The Dutch name of the public holiday on this day, for example `Eerste Kerstdag`; None when there is none."""
        return _public_holidays(day.year).get(day)

    def is_open(self, at: datetime) -> bool:
        """Does somebody answer at this moment (an aware datetime)?"""
        moment = at.astimezone(UTC)  # two times of one zone would be compared as clocks, not as moments
        return any(
            opens <= moment < closes for opens, closes in self.moments(at.astimezone(self.zone).date())
        )

    def next_opening(self, at: datetime) -> datetime | None:
        """The first moment after `at` (aware) at which the desk opens, in its own zone; None without one in a year."""
        moment = at.astimezone(UTC)
        today = at.astimezone(self.zone).date()
        for offset in range(_FURTHEST_DAYS + 1):
            for opens, _ in self.moments(today + timedelta(days=offset)):
                if opens > moment and not self._was_open_just_before(opens):
                    return opens
        return None

    def moments(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """The periods of a day as moments, in order: opening and closing, aware. Daylight saving is counted in."""
        for period in self.periods(day):
            opens = datetime.combine(day, period.opens, self.zone)
            if period.closes is None:
                closes = datetime.combine(day + timedelta(days=1), time(0), self.zone)
            else:
                closes = datetime.combine(day, period.closes, self.zone)
            yield opens, closes

    def _was_open_just_before(self, moment: datetime) -> bool:
        """Midnight between two days that touch (`…-24:00`, `00:00-…`) is no opening."""
        return self.is_open(moment - timedelta(microseconds=1))
