"""Days that customers call by their name: Christmas, Easter, Koningsdag."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator

from dateutil.easter import easter

_DAY = dt.timedelta(days=1)
_ORDINAL_FIRST = r"(?:1e|1ste|eerste)\s?"
_ORDINAL_SECOND = r"(?:2e|2de|tweede)\s?"


def _fixed(month: int, day: int) -> Callable[[int], dt.date]:
    return lambda year: dt.date(year, month, day)


def _from_easter(days: int) -> Callable[[int], dt.date]:
    return lambda year: easter(year) + days * _DAY


def _kings_day(year: int) -> dt.date:
    """27 April; the day before when that is a Sunday."""
    day = dt.date(year, 4, 27)
    return day - _DAY if day.weekday() == 6 else day


# The first pattern that fits wins: "tweede kerstdag" before "kerst".
_DAYS: tuple[tuple[str, Callable[[int], dt.date]], ...] = (
    (rf"{_ORDINAL_SECOND}kerstdag", _fixed(12, 26)),
    (r"kerst(?:avond)", _fixed(12, 24)),
    (rf"(?:{_ORDINAL_FIRST})?kerst(?:dag(?:en)?|mis)?", _fixed(12, 25)),
    (r"oud\s?en\s?nieuw|oudejaarsdag|oudjaars?dag|oudejaarsavond|oudjaar", _fixed(12, 31)),
    (r"nieuwjaars?dag|nieuwjaar", _fixed(1, 1)),
    (r"goede\svrijdag", _from_easter(-2)),
    (rf"{_ORDINAL_SECOND}paasdag|paasmaandag", _from_easter(1)),
    (rf"(?:{_ORDINAL_FIRST})?paasdag(?:en)?|pasen|paaszondag", _from_easter(0)),
    (r"koningsdag", _kings_day),
    (r"bevrijdingsdag", _fixed(5, 5)),
    (r"hemelvaarts?dag|hemelvaart", _from_easter(39)),
    (rf"{_ORDINAL_SECOND}pinksterdag|pinkstermaandag", _from_easter(50)),
    (rf"(?:{_ORDINAL_FIRST})?pinksterdag(?:en)?|pinksteren|pinksterzondag", _from_easter(49)),
    (r"pakjesavond|sinterklaas", _fixed(12, 5)),
)
_ANY = re.compile(
    r"(?<![\w\-])(?:"
    + "|".join(f"(?P<d{index}>{pattern})" for index, (pattern, _) in enumerate(_DAYS))
    + r")(?![\w\-])",
    re.IGNORECASE,
)


def find_public_days(text: str, today: dt.date) -> Iterator[tuple[int, int, dt.date]]:
    """Where a text names such a day, and the next date of that name: today's, or the first one after it.

    Sources: the Algemene termijnenwet for which days there are; the date of Easter by `dateutil`.
    """
    for match in _ANY.finditer(text):
        date_in = _DAYS[int(str(match.lastgroup)[1:])][1]
        this_year = date_in(today.year)
        yield *match.span(), this_year if this_year >= today else date_in(today.year + 1)
