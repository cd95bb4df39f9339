"""The demo page and the script that puts the chat on a page."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from organisation.opening_hours import OpeningHours, Period
from website.hours import ordinary_week, special_days, today

ZONE = ZoneInfo("Europe/Amsterdam")
OFFICE = [Period.parse("09:00-17:30")]
HOURS = OpeningHours(
    ZONE, dict.fromkeys(range(5), OFFICE), {date(2026, 12, 24): [Period.parse("09:00-15:00")]}
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("moment", "is_open", "closes", "opens", "days_until"),
    [
        ("2026-11-23T09:00", True, "17:30", None, 0),
        ("2026-11-23T08:59", False, None, "2026-11-23T09:00", 0),
        ("2026-11-23T17:30", False, None, "2026-11-24T09:00", 1),
        ("2026-11-27T18:00", False, None, "2026-11-30T09:00", 3),
        ("2026-12-24T12:00", True, "15:00", None, 0),
        ("2026-12-24T16:00", False, None, "2026-12-28T09:00", 4),
    ],
)
def test_how_things_stand_now(
    moment: str, is_open: bool, closes: str | None, opens: str | None, days_until: int
) -> None:
    found = today(HOURS, at(moment))
    assert found.is_open is is_open
    assert (found.closes and found.closes.strftime("%H:%M")) == closes
    assert found.next_opening == (at(opens) if opens else None)
    assert found.days_until == days_until


def test_open_until_midnight_has_no_closing_time_to_name() -> None:
    hours = OpeningHours(ZONE, {0: [Period.parse("20:00-24:00")]})
    assert today(hours, at("2026-11-23T23:59")).closes is None
    assert today(hours, at("2026-11-23T23:59")).is_open


def test_never_open_promises_nothing() -> None:
    found = today(OpeningHours(ZONE, {}), at("2026-11-23T12:00"))
    assert not found.is_open
    assert found.next_opening is None


def test_ordinary_week_knows_no_holidays_and_marks_today() -> None:
    week = ordinary_week(HOURS, at("2026-12-25T12:00"))
    assert [list(day.periods) for day in week] == [OFFICE] * 5 + [[]] * 2
    assert [day.date.weekday() for day in week if day.is_today] == [4]


def test_special_days_are_exceptions_and_holidays_but_no_closed_sundays() -> None:
    found = special_days(HOURS, at("2026-11-23T12:00"))
    # Tweede kerstdag is a Saturday in 2026: closed anyway.
    assert [day.date.isoformat() for day in found] == ["2026-12-24", "2026-12-25", "2027-01-01"]


def test_page_has_the_organisations_facts_and_no_inline_code(client: Client) -> None:
    response = client.get("/")
    page = response.content.decode()
    assert response.status_code == 200
    assert 'lang="nl"' in page
    assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=", page)
    for fact in ("tel:", "mailto:", "/widget.js", "<aanspreekpunt-chat>"):
        assert fact in page


def test_script_carries_the_ways_to_reach_the_organisation_and_may_be_used_elsewhere(client: Client) -> None:
    response = client.get("/widget.js")
    assert response["Content-Type"].startswith("text/javascript")
    assert response["Access-Control-Allow-Origin"] == "*"
    script = response.content.decode()
    path = re.search(r'from "(/static/[^"]+)"', script)
    facts = json.loads(re.search(r"\.\.\.(\{.*\}) \}\);", script)[1])  # type: ignore[index]
    assert set(facts) == {"organisation", "assistant", "phone", "phoneLink", "email"}
    assert all(facts.values())
    assert path
    assert client.get(path[1]).status_code == 200


def test_only_reading(client: Client) -> None:
    assert client.post("/").status_code == 405
    assert client.post("/widget.js").status_code == 405
