"""When an employee can call a customer back: blocks of two hours within opening hours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from organisation.opening_hours import OpeningHours
from organisation.texts import DUTCH, say

OFFERED = 6
_LENGTH = timedelta(hours=2)
# A customer is not asked to wait longer than this; beyond it there is no offer.
_FURTHEST_DAYS = 31
_ID = "%Y%m%dT%H%MZ"


@dataclass(frozen=True)
class CallbackSlot:
    """A block of time; both ends aware."""

    begins: datetime
    ends: datetime

    @property
    def id(self) -> str:
        """The name that programs use, e.g. `20261124T0800Z`."""
        return self.begins.astimezone(UTC).strftime(_ID)

    @property
    def label(self) -> str:
        """The name that customers and employees read, e.g. `dinsdag 24 november tussen 9.00 en 11.00 uur`."""
        return self.label_in(DUTCH)

    def label_in(self, language: str) -> str:
        """`label` in a customer's language."""
        return say("callback_slot", language, slot=self)


def next_slots(
    hours: OpeningHours, at: datetime, full: frozenset[datetime] = frozenset()
) -> list[CallbackSlot]:
    """The first blocks that begin after a moment, at most `OFFERED`; none when there is no opening within a month.

    Args:
        hours: the organisation's.
        at: aware.
        full: the beginnings of blocks that are not offered.
    """
    today = at.astimezone(hours.zone).date()
    days = (today + timedelta(days=offset) for offset in range(_FURTHEST_DAYS))
    coming = (slot for day in days for slot in _slots_of(hours, day) if slot.begins > at)
    coming = (slot for slot in coming if slot.begins not in full)
    return [slot for slot, _ in zip(coming, range(OFFERED), strict=False)]


def slot_with_id(hours: OpeningHours, text: str, at: datetime) -> CallbackSlot | None:
    """The block with this id, or None when there is none or it is over.

    One that has just begun still counts: it was offered while the customer was choosing.
    """
    try:
        begins = datetime.strptime(text, _ID).replace(tzinfo=UTC)
    except ValueError:
        return None
    slots = _slots_of(hours, begins.astimezone(hours.zone).date())
    return next((slot for slot in slots if slot.begins == begins and slot.ends > at), None)


def _slots_of(hours: OpeningHours, day: date) -> Iterator[CallbackSlot]:
    for opens, closes in hours.moments(day):
        # Counted in UTC: two hours are two hours, also on the day that the clock changes.
        begins, end = opens.astimezone(UTC), closes.astimezone(UTC)
        while begins + _LENGTH <= end:
            yield CallbackSlot(begins, begins + _LENGTH)
            begins += _LENGTH
