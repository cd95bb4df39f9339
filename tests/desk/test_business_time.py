"""Business time: what holds for every calendar, and days that are known to be hard."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from organisation.business_time import NeverOpen, add, between
from organisation.opening_hours import OpeningHours, Period

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
WEEKDAYS = {day: [Period.parse("09:00-17:30")] for day in range(5)}
OFFICE = OpeningHours(AMSTERDAM, WEEKDAYS)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


@st.composite
def periods(draw: st.DrawFn) -> list[Period]:
    """The hours of one day in quarters: apart or touching, up to midnight."""
    quarters = sorted(draw(st.sets(st.integers(0, 96), max_size=6)))
    clock = [time(quarter // 4, quarter % 4 * 15) if quarter < 96 else None for quarter in quarters]
    pairs = zip(clock[::2], clock[1::2], strict=False)
    return [Period(opens, closes) for opens, closes in pairs if opens is not None]


# Around both changes of the clock in 2026, Koningsdag, Whitsun, Christmas, and the turn of the year.
DAYS = st.one_of(
    st.dates(date(2026, 3, 26), date(2026, 4, 30)),
    st.dates(date(2026, 5, 20), date(2026, 5, 28)),
    st.dates(date(2026, 10, 22), date(2026, 10, 29)),
    st.dates(date(2026, 12, 22), date(2027, 1, 4)),
)
HOURS = st.builds(
    OpeningHours,
    zone=st.just(AMSTERDAM),
    week=st.dictionaries(st.integers(0, 6), periods(), max_size=7),
    exceptions=st.dictionaries(DAYS, periods(), max_size=4),
    closed_on_public_holidays=st.booleans(),
)
MOMENTS = st.builds(
    lambda day, minute: datetime.combine(day, time(0), UTC) + timedelta(minutes=minute),
    DAYS,
    st.integers(0, 1440),
)
DURATIONS = st.integers(0, 60 * 40).map(lambda minutes: timedelta(minutes=minutes))
many = settings(max_examples=150, deadline=None)


def end_of(hours: OpeningHours, start: datetime, duration: timedelta) -> datetime:
    """`add`, for calendars that hold that much time."""
    try:
        return add(hours, start, duration)
    except NeverOpen:
        assume(False)
        raise


@many
@given(HOURS, MOMENTS, DURATIONS)
def test_what_is_added_is_what_lies_between(
    hours: OpeningHours, start: datetime, duration: timedelta
) -> None:
    assert between(hours, start, end_of(hours, start, duration)) == duration


@many
@given(HOURS, MOMENTS, DURATIONS, DURATIONS)
def test_adding_in_two_steps_is_adding_at_once(
    hours: OpeningHours, start: datetime, first: timedelta, second: timedelta
) -> None:
    assert end_of(hours, end_of(hours, start, first), second) == end_of(hours, start, first + second)


@many
@given(HOURS, MOMENTS, DURATIONS.filter(bool))
def test_the_end_is_the_earliest_moment_and_lies_in_open_hours(
    hours: OpeningHours, start: datetime, duration: timedelta
) -> None:
    end = end_of(hours, start, duration)
    just_before = end - timedelta(seconds=1)
    assert hours.is_open(just_before)
    assert between(hours, start, just_before) == duration - timedelta(seconds=1)


@many
@given(HOURS, MOMENTS, MOMENTS, MOMENTS)
def test_time_between_adds_up_minute_by_minute(
    hours: OpeningHours, one: datetime, two: datetime, three: datetime
) -> None:
    first, middle, last = sorted((one, two, three))
    assert between(hours, first, last) == between(hours, first, middle) + between(hours, middle, last)
    assert timedelta() <= between(hours, first, last) <= last - first
    hour_later = first + timedelta(hours=1)
    open_minutes = sum(hours.is_open(first + timedelta(minutes=minute)) for minute in range(60))
    assert between(hours, first, hour_later) == timedelta(minutes=open_minutes)


@pytest.mark.parametrize(
    ("start", "duration", "end"),
    [
        ("2026-11-25T16:30", timedelta(hours=1), "2026-11-25T17:30"),  # ends at closing time, the same day
        ("2026-11-25T16:30", timedelta(hours=2), "2026-11-26T10:00"),
        ("2026-11-27T17:00", timedelta(hours=1), "2026-11-30T09:30"),  # over a weekend
        ("2026-11-25T20:00", timedelta(minutes=15), "2026-11-26T09:15"),  # asked at night
        ("2026-12-24T17:00", timedelta(hours=1), "2026-12-28T09:30"),  # Christmas on Friday and Saturday
        ("2026-04-24T17:00", timedelta(hours=1), "2026-04-28T09:30"),  # Koningsdag on a Monday
    ],
)
def test_known_days(start: str, duration: timedelta, end: str) -> None:
    assert add(OFFICE, at(start), duration) == at(end)


def test_hours_over_a_change_of_the_clock_are_as_long_as_they_last() -> None:
    always = OpeningHours(AMSTERDAM, {day: [Period(time(0), None)] for day in range(7)})
    for day, night in ((date(2026, 3, 29), 23), (date(2026, 10, 25), 25)):
        midnight = datetime.combine(day, time(0), AMSTERDAM)
        next_midnight = datetime.combine(day + timedelta(days=1), time(0), AMSTERDAM)
        assert between(always, midnight, next_midnight) == timedelta(hours=night)
        assert add(always, midnight, timedelta(hours=night)) == next_midnight


def test_an_exception_wins_over_the_week_and_over_a_holiday() -> None:
    hours = OpeningHours(
        AMSTERDAM,
        WEEKDAYS,
        exceptions={date(2026, 11, 26): (), date(2026, 12, 25): [Period.parse("10:00-12:00")]},
    )
    assert add(hours, at("2026-11-25T17:00"), timedelta(hours=1)) == at("2026-11-27T09:30")
    assert between(hours, at("2026-12-25T00:00"), at("2026-12-27T00:00")) == timedelta(hours=2)


def test_no_time_and_time_that_never_comes() -> None:
    night = at("2026-11-25T22:00")
    assert add(OFFICE, night, timedelta()) == night
    assert between(OFFICE, at("2026-11-26T10:00"), at("2026-11-25T10:00")) == timedelta()
    with pytest.raises(NeverOpen):
        add(OpeningHours(AMSTERDAM, {}), night, timedelta(minutes=1))
    with pytest.raises(ValueError, match="taken back"):
        add(OFFICE, night, timedelta(minutes=-1))
