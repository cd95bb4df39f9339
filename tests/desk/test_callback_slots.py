"""When a customer can be called back."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from organisation.opening_hours import OpeningHours, Period
from tickets.callback import CallbackSlot, next_slots, slot_with_id

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
WEEKDAYS = {day: [Period.parse("09:00-17:30")] for day in range(5)}


def hours(**changes: object) -> OpeningHours:
    return OpeningHours(AMSTERDAM, WEEKDAYS, **changes)  # type: ignore[arg-type]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


def labels(slots: list[CallbackSlot]) -> list[str]:
    return [slot.label for slot in slots]


def test_the_next_blocks_lie_within_opening_hours() -> None:
    assert labels(next_slots(hours(), at("2026-11-24T11:30"))) == [
        "dinsdag 24 november tussen 13.00 en 15.00 uur",
        "dinsdag 24 november tussen 15.00 en 17.00 uur",
        "woensdag 25 november tussen 9.00 en 11.00 uur",
        "woensdag 25 november tussen 11.00 en 13.00 uur",
        "woensdag 25 november tussen 13.00 en 15.00 uur",
        "woensdag 25 november tussen 15.00 en 17.00 uur",
    ]


def test_holidays_weekends_and_exceptions_are_counted_in() -> None:
    # 25 and 26 December 2026 are a Friday and a Saturday.
    begins = next_slots(hours(), at("2026-12-24T16:00"))[0].begins
    assert begins == at("2026-12-28T09:00")
    closed = hours(exceptions={date(2026, 12, 28): ()})
    assert next_slots(closed, at("2026-12-24T16:00"))[0].begins == at("2026-12-29T09:00")


def test_a_block_is_two_hours_long_when_the_clock_changes() -> None:
    night = OpeningHours(AMSTERDAM, {6: [Period(time(0), None)]})
    slots = next_slots(night, at("2026-10-24T12:00"))
    assert {slot.ends - slot.begins for slot in slots} == {slots[0].ends - slots[0].begins}
    assert slots[1].begins == datetime(2026, 10, 25, 0, tzinfo=UTC)


def test_an_organisation_that_never_opens_has_no_blocks() -> None:
    assert next_slots(OpeningHours(AMSTERDAM, {}), at("2026-11-24T11:30")) == []


def test_a_block_is_found_by_its_id_until_it_is_over() -> None:
    slot = next_slots(hours(), at("2026-11-24T11:30"))[0]
    assert slot.id == "20261124T1200Z"
    assert slot_with_id(hours(), slot.id, at("2026-11-24T14:59")) == slot
    assert slot_with_id(hours(), slot.id, at("2026-11-24T15:00")) is None


@pytest.mark.parametrize("text", ["", "nonsense", "20261124T0300Z", "20261122T1000Z", "20261124T1230Z"])
def test_what_is_no_block_is_not_taken_for_one(text: str) -> None:
    assert slot_with_id(hours(), text, at("2026-11-20T12:00")) is None
