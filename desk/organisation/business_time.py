"""Counts in business time: the hours in which the organisation is open (`opening_hours`)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from organisation.opening_hours import OpeningHours

# Longer than the longest closing: the opening hours promise no opening beyond a year either.
_FURTHEST_DAYS = 366


class NeverOpen(Exception):
    """The organisation is not open for long enough within a year."""


def add(hours: OpeningHours, start: datetime, duration: timedelta) -> datetime:
    """The moment at which so much business time has passed since `start`.

    Args:
        hours: of the organisation.
        start: aware; outside business hours nothing passes until the next opening.
        duration: business time, not negative. With 0 it is `start` itself.

    Returns:
        An aware moment in UTC: the earliest one, so a duration that ends at closing time ends on that day.

    Raises:
        NeverOpen: a year from `start` on, or from the last opening before the end, does not hold that much.
        ValueError: the duration is negative.
    """
    if duration < timedelta():
        raise ValueError("business time cannot be taken back")
    if not duration:
        return start.astimezone(UTC)
    for opens, closes in _open_from(hours, start):
        if closes - opens >= duration:
            return opens + duration
        duration -= closes - opens
    raise NeverOpen


def between(hours: OpeningHours, start: datetime, end: datetime) -> timedelta:
    """The business time between two aware moments; 0 when the end is not later than the start."""
    end = end.astimezone(UTC)
    passed = timedelta()
    day, last = start.astimezone(hours.zone).date(), end.astimezone(hours.zone).date()
    while day <= last:
        for opens, closes in hours.moments(day):
            first, until = max(opens.astimezone(UTC), start.astimezone(UTC)), min(closes.astimezone(UTC), end)
            passed += max(until - first, timedelta())
        day += timedelta(days=1)
    return passed


def _open_from(hours: OpeningHours, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The open stretches from `start` on, in UTC; ends when nothing opens for a year."""
    start = start.astimezone(UTC)
    day, shut_days = start.astimezone(hours.zone).date(), 0
    while shut_days <= _FURTHEST_DAYS:
        shut_days += 1
        for opens, closes in hours.moments(day):
            first, until = max(opens.astimezone(UTC), start), closes.astimezone(UTC)
            if first < until:
                shut_days = 0
                yield first, until
        day += timedelta(days=1)
