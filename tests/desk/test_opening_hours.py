from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from organisation.opening_hours import OpeningHours, Period

ZONE = ZoneInfo("Europe/Amsterdam")
OFFICE = [Period.parse("09:00-17:00")]
EVERY_DAY = dict.fromkeys(range(7), OFFICE)


def hours(week: Mapping[int, Sequence[Period]] = EVERY_DAY, **options: object) -> OpeningHours:
    return OpeningHours(ZONE, week, **options)  # type: ignore[arg-type]


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-11-23T08:59:59", False),
        ("2026-11-23T09:00:00", True),
        ("2026-11-23T16:59:59", True),
        ("2026-11-23T17:00:00", False),
    ],
)
def test_opens_and_closes_on_the_minute(at: str, is_open: bool) -> None:
    assert hours().is_open(local(at)) is is_open


def test_the_zone_is_the_organisations_not_the_servers() -> None:
    assert hours().is_open(datetime(2026, 7, 1, 7, 30, tzinfo=UTC))  # 09.30 in summer
    assert not hours().is_open(datetime(2026, 12, 1, 7, 30, tzinfo=UTC))  # 08.30 in winter


def test_the_clock_goes_forward_between_closing_and_opening() -> None:
    opening = hours().next_opening(local("2026-03-28T20:00"))
    assert opening == datetime(2026, 3, 29, 7, 0, tzinfo=UTC)  # 09.00 summer time


def test_the_clock_goes_back_while_open() -> None:
    night = hours({day: [Period.parse("00:00-04:00")] for day in range(7)})
    # 25 October 2026 has two hours called 02.30; the desk is open in both.
    assert night.is_open(datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    assert night.is_open(datetime(2026, 10, 25, 1, 30, tzinfo=UTC))
    assert not night.is_open(datetime(2026, 10, 25, 3, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("day", "is_closed"),
    [
        ("2026-04-27", True),  # Koningsdag
        ("2025-04-27", False),  # a Sunday: Koningsdag is the day before
        ("2025-04-26", True),
        ("2025-05-05", True),  # Bevrijdingsdag, a lustrum year
        ("2026-05-05", False),
        ("2030-05-05", True),
        ("2026-04-06", True),  # Easter Monday
        ("2026-05-14", True),  # Ascension Day
        ("2026-12-26", True),
        ("2026-12-31", False),
    ],
)
def test_dutch_holidays(day: str, is_closed: bool) -> None:
    noon = local(f"{day}T12:00")
    assert hours().is_open(noon) is not is_closed
    assert hours(closed_on_public_holidays=False).is_open(noon)


def test_an_exception_wins_over_the_week_and_over_a_holiday() -> None:
    exceptions = {
        date(2026, 12, 24): [Period.parse("09:00-15:00")],
        date(2026, 12, 25): [Period.parse("12:00-13:00")],
    }
    christmas = hours(exceptions=exceptions)
    assert not christmas.is_open(local("2026-12-24T15:30"))
    assert christmas.is_open(local("2026-12-25T12:30"))


def test_the_next_opening_passes_over_holidays() -> None:
    opening = hours(dict.fromkeys(range(5), OFFICE)).next_opening(local("2026-12-24T18:00"))
    assert opening == local("2026-12-28T09:00")  # Thursday evening; Christmas, a weekend, Monday


def test_the_next_opening_may_be_later_today() -> None:
    lunch = hours({0: [Period.parse("13:00-17:00"), Period.parse("09:00-12:00")]})
    assert lunch.next_opening(local("2026-11-23T12:30")) == local("2026-11-23T13:00")


def test_open_round_the_clock_never_opens() -> None:
    always = hours({day: [Period.parse("00:00-24:00")] for day in range(7)}, closed_on_public_holidays=False)
    assert always.is_open(local("2026-11-23T23:59:59"))
    assert always.next_opening(local("2026-11-23T12:00")) is None


def test_closed_for_good_has_no_next_opening() -> None:
    assert hours({}).next_opening(local("2026-11-23T12:00")) is None


@pytest.mark.parametrize("text", ["17:00-09:00", "09:00-09:00", "24:00-24:00"])
def test_a_period_ends_after_it_begins(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Period.parse(text)
