"""Dates, absolute and relative, as `jjjj-mm-dd`."""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import dateparser

from nlu.entities.found import Found
from nlu.entities.public_days import find_public_days

_AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_WEEK = dt.timedelta(days=7)

_DAY_WORDS = {"eergisteren": -2, "gisteren": -1, "gister": -1, "gisteravond": -1, "vandaag": 0, "vanavond": 0}
_DAY_WORDS |= {
    "vanmiddag": 0,
    "vanmorgen": 0,
    "vanochtend": 0,
    "morgen": 1,
    "morgenochtend": 1,
    "morgenmiddag": 1,
}
_DAY_WORDS |= {"morgenavond": 1, "overmorgen": 2}
_WEEKDAYS = {
    name: index
    for index, names in enumerate(
        (
            "maandag ma",
            "dinsdag di",
            "woensdag wo",
            "donderdag do",
            "vrijdag vrij vr",
            "zaterdag za",
            "zondag zo",
        )
    )
    for name in names.split()
}
_MONTHS = (
    r"jan(?:uari)?|feb(?:ruari)?|mrt|maart|apr(?:il)?|mei|jun(?:i)?|jul(?:i)?|aug(?:ustus)?|sep(?:t(?:ember)?)?|"
    r"okt(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_COUNT = r"\d{1,3}|een|één|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|veertien"
_UNIT = r"dag(?:en)?|we(?:ek|ken)|maand(?:en)?|jaar"
_NAMES = {
    "één": "1",
    "een": "1",
    "twee": "2",
    "drie": "3",
    "vier": "4",
    "vijf": "5",
    "zes": "6",
    "zeven": "7",
}
_NAMES |= {"acht": "8", "negen": "9", "tien": "10", "veertien": "14"}

_LONG_DAYS = "maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag"
_SHORT_DAYS = "ma|di|wo|do|vrij|vr|za|zo"
_NEXT = r"a\.?\s?s\.?|aanstaande|komende|eerstvolgende|volgende"
_LAST = r"afgelopen|vorige|laatste|jongstleden"

_NUMERIC = re.compile(
    r"(?<![\w.\-/])(?:(?P<d>\d{1,2})[\-/.](?P<m>\d{1,2})[\-/.](?P<y>\d{4}|\d{2})"
    r"|(?P<iy>\d{4})-(?P<im>\d{2})-(?P<id>\d{2}))(?![\w\-/]|\.\d)"
)
_SHORT_NUMERIC = re.compile(r"(?<=\bop )(?P<d>\d{1,2})[\-/](?P<m>\d{1,2})(?![\w\-/])", re.IGNORECASE)
_NAMED = re.compile(
    rf"(?<![\w\-])(?P<day>\d{{1,2}})(?:e|ste|de)?\s(?P<month>{_MONTHS})\.?(?:\s(?P<year>20\d\d))?(?![\w])",
    re.IGNORECASE,
)
_AGO = re.compile(rf"(?<!\w)(?P<count>{_COUNT})\s(?P<unit>{_UNIT})\s(?:geleden|terug)(?!\w)", re.IGNORECASE)
_IN = re.compile(rf"(?<!\w)over\s(?P<count>{_COUNT})\s(?P<unit>{_UNIT})(?!\w)", re.IGNORECASE)
_WEEKDAY = re.compile(
    rf"(?<![\w.])(?:(?P<week>volgende|komende|vorige|afgelopen)\sweek\s(?P<inweek>{_LONG_DAYS})"
    rf"|(?:(?P<next>{_NEXT})|(?P<last>{_LAST}))\s(?P<side>{_LONG_DAYS}|{_SHORT_DAYS})"
    rf"|(?P<bare>{_LONG_DAYS})(?:\s(?P<after>volgende|komende|vorige|afgelopen)\sweek"
    rf"|\s(?P<jl>j\.?\s?l\.?|jongstleden)|\s(?P<as>a\.?\s?s\.?|aanstaande))?)(?!\w)",
    re.IGNORECASE,
)
_WORD = re.compile(
    rf"(?<![\w'’])(?:{'|'.join(sorted(_DAY_WORDS, key=len, reverse=True))})(?!\w)", re.IGNORECASE
)
_GREETING = re.compile(r"(?:goed|goede|goeie|'s|’s)\s*$", re.IGNORECASE)
_GOES_ON = re.compile(r"\s+\w")


def find_dates(text: str, today: dt.date | None = None) -> Iterator[Found]:
    """Dates in a text.

    Args:
        text: the message.
        today: what relative dates count from; by default today in Amsterdam. A day without a year is the nearest one.
    """
    today = today or dt.datetime.now(_AMSTERDAM).date()
    finders = (_numeric, _named, _counted, _weekdays, _words, find_public_days)
    for finder in finders:
        for start, end, day in finder(text, today):
            if day is not None:
                yield Found("date", start, end, day.isoformat())


_Candidate = tuple[int, int, "dt.date | None"]


def _numeric(text: str, today: dt.date) -> Iterator[_Candidate]:
    for match in _NUMERIC.finditer(text):
        year = match["iy"] or match["y"]
        full_year = int(year) if len(year) == 4 else 2000 + int(year)
        yield *match.span(), _date(full_year, int(match["im"] or match["m"]), int(match["id"] or match["d"]))
    for match in _SHORT_NUMERIC.finditer(text):
        yield *match.span(), _nearest(int(match["m"]), int(match["d"]), today)


def _named(text: str, today: dt.date) -> Iterator[_Candidate]:
    for match in _NAMED.finditer(text):
        parsed = _parse(f"{match['day']} {match['month']} {match['year'] or 2000}", today)
        if parsed is not None and not match["year"]:
            parsed = _nearest(parsed.month, parsed.day, today)
        yield *match.span(), parsed


def _counted(text: str, today: dt.date) -> Iterator[_Candidate]:
    for pattern, phrase in ((_AGO, "{0} {1} geleden"), (_IN, "over {0} {1}")):
        for match in pattern.finditer(text):
            count = _NAMES.get(match["count"].lower(), match["count"])
            yield *match.span(), _parse(phrase.format(count, match["unit"].lower()), today)


def _weekdays(text: str, today: dt.date) -> Iterator[_Candidate]:
    for match in _WEEKDAY.finditer(text):
        weekday = _WEEKDAYS[(match["inweek"] or match["side"] or match["bare"]).lower()]
        week = (match["week"] or match["after"] or "").lower()
        upcoming = today + dt.timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
        if week:
            monday = today - dt.timedelta(days=today.weekday())
            shift = _WEEK if week in {"volgende", "komende"} else -_WEEK
            day = monday + shift + dt.timedelta(days=weekday)
        elif match["last"] or match["jl"]:
            day = today - dt.timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)
        else:
            day = upcoming
        yield *match.span(), day


def _words(text: str, today: dt.date) -> Iterator[_Candidate]:
    for match in _WORD.finditer(text):
        word = match[0].lower()
        if word != "morgen" or not _greets(text, match):
            yield *match.span(), today + dt.timedelta(days=_DAY_WORDS[word])


def _greets(text: str, morgen: re.Match[str]) -> bool:
    """Whether "morgen" is a greeting: "goede morgen", or the first word with a comma or nothing after it."""
    before = text[: morgen.start()]
    return bool(_GREETING.search(before)) or (not before.strip() and not _GOES_ON.match(text, morgen.end()))


@functools.lru_cache(maxsize=256)
def _parse(phrase: str, today: dt.date) -> dt.date | None:
    """Let dateparser read a phrase that a pattern already picked; it is too slow to search whole messages with."""
    base = dt.datetime.combine(today, dt.time(12))
    parsed = dateparser.parse(phrase, languages=["nl"], settings={"RELATIVE_BASE": base, "DATE_ORDER": "DMY"})
    return parsed.date() if parsed else None


def _nearest(month: int, day: int, today: dt.date) -> dt.date | None:
    """The date with this month and day that is nearest to today, before or after."""
    candidates = [_date(today.year + shift, month, day) for shift in (-1, 0, 1)]
    return min((date for date in candidates if date), key=lambda date: abs(date - today), default=None)


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
