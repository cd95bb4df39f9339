"""`GET /api/opening-hours`: one day, for the action server only."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

SERVICE = {"Authorization": f"Bearer {settings.SERVICE_TOKEN}"}


def ask(day: str | None, headers: dict[str, str] = SERVICE) -> tuple[int, dict[str, object]]:
    response = Client(headers=headers).get("/api/opening-hours", {} if day is None else {"day": day})
    return response.status_code, response.json()


def test_a_working_day_has_its_hours() -> None:
    status, body = ask("2026-11-24")
    assert status == 200
    assert body["day"] == "2026-11-24"
    assert body["hours"]
    assert body["holiday"] is None


def test_a_public_holiday_is_named_and_closed() -> None:
    assert ask("2026-12-25") == (200, {"day": "2026-12-25", "hours": [], "holiday": "Eerste kerstdag"})


@pytest.mark.parametrize("day", [None, "", "morgen", "2026-13-01", "20261225T00"])
def test_what_is_no_day_is_refused(day: str | None) -> None:
    status, body = ask(day)
    assert status == 400
    assert body["error"]["field"] == "day"  # type: ignore[index]


def test_only_the_action_server_may_ask() -> None:
    assert ask("2026-11-24", {})[0] == 401
    assert ask("2026-11-24", {"Authorization": "Bearer guess"})[0] == 401
