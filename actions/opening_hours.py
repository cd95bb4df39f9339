"""When employees answer: in general, or on the day that the customer names."""

from __future__ import annotations

import datetime as dt
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.careful import CarefulAction, Event
from actions.clients import desk
from actions.dates import in_words


class ActionShowOpeningHours(CarefulAction):
    """Answers for the day in the customer's message, holidays and exceptions counted in; else with the week."""

    def name(self) -> str:
        """The action's name in `domain.yml`."""
        return "action_show_opening_hours"

    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Say from when until when, or that it is closed that day. Raises `DeskError`: then the week is told instead."""
        day = next(tracker.get_latest_entity_values("date"), None)
        if day is None:
            dispatcher.utter_message(response="utter_opening_hours")
            return []
        found = await desk.opening_hours(dt.date.fromisoformat(day))
        name = in_words(found.day) + (f" ({found.holiday})" if found.holiday else "")
        if found.hours:
            dispatcher.utter_message(
                response="utter_opening_hours_on_day", day=name, hours=_in_words(found.hours)
            )
        else:
            dispatcher.utter_message(response="utter_closed_on_day", day=name)
        return []


def _in_words(hours: tuple[tuple[str, str], ...]) -> str:
    """For example `van 9.00 tot 12.00 uur en van 13.00 tot 17.30 uur`."""
    periods = [f"van {_clock(opens)} tot {_clock(closes)} uur" for opens, closes in hours]
    return " en ".join(periods)


def _clock(time: str) -> str:
    return time.replace(":", ".").removeprefix("0")
