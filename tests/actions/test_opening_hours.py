"""When somebody is there: in general, or on the day that the customer names."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.opening_hours import ActionShowOpeningHours


async def ask(day: str | None) -> tuple[list[dict[str, Any]], bool]:
    """What is said, and whether an answer was given, when the customer names this day."""
    entities = [{"entity": "date", "value": day}] if day else []
    latest = {"text": "zijn jullie open?", "intent": {"name": "opening_hours"}, "entities": entities}
    tracker = Tracker("c1", {}, latest, [], False, None, {}, "action_listen")
    dispatcher = CollectingDispatcher()
    events = await ActionShowOpeningHours().run(dispatcher, tracker, {})
    return dispatcher.messages, events[0]["value"]


def hours_are(desk: HTTPServer, hours: list[list[str]], holiday: str | None = None) -> None:
    desk.expect_request("/api/opening-hours", query_string="day=2026-12-25").respond_with_json(
        {"day": "2026-12-25", "hours": hours, "holiday": holiday}
    )


async def test_without_a_day_the_week_is_told(open_desk: HTTPServer) -> None:
    messages, answered = await ask(None)
    assert [message["response"] for message in messages] == ["utter_opening_hours"]
    assert answered


async def test_a_day_that_is_open_is_told_with_its_hours(open_desk: HTTPServer) -> None:
    hours_are(open_desk, [["09:00", "12:00"], ["13:00", "17:30"]])
    [message], _ = await ask("2026-12-25")
    assert message["response"] == "utter_opening_hours_on_day"
    assert message["day"] == "vrijdag 25 december"
    assert message["hours"] == "van 9.00 tot 12.00 uur en van 13.00 tot 17.30 uur"


async def test_a_holiday_that_is_closed_is_named(open_desk: HTTPServer) -> None:
    hours_are(open_desk, [], "Eerste kerstdag")
    [message], _ = await ask("2026-12-25")
    assert message["response"] == "utter_closed_on_day"
    assert message["day"] == "vrijdag 25 december (Eerste kerstdag)"


@pytest.mark.parametrize("answer", [{"day": "2026-12-25"}, {"hours": [["09:00"]], "holiday": None}, []])
async def test_an_answer_that_is_no_opening_hours_leads_to_the_static_text(
    open_desk: HTTPServer, answer: Any
) -> None:
    open_desk.expect_request("/api/opening-hours").respond_with_json(answer)
    assert await ask("2026-12-25") == ([], False)
