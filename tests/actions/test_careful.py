"""An action that fails says nothing, promises nothing and logs no customer data."""

from __future__ import annotations

import logging

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.careful import CarefulAction


class Breaking(CarefulAction):
    def name(self) -> str:
        return "action_breaking"

    async def answer(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text="Uw ticket T-100042 is geopend.")
        try:
            raise KeyError("bsn 111222333")
        except KeyError as error:
            raise RuntimeError("klant 111222333") from error


class Working(CarefulAction):
    def name(self) -> str:
        return "action_working"

    async def answer(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text="Klaar.")
        return []


def tracker() -> Tracker:
    return Tracker("c1", {}, {}, [], False, None, {}, "action_listen")


async def test_an_error_takes_back_what_was_said_and_leaves_reply_given_false(caplog):
    dispatcher = CollectingDispatcher()
    with caplog.at_level(logging.DEBUG):
        events = await Breaking().run(dispatcher, tracker(), {})
    assert dispatcher.messages == []
    assert [(event["name"], event["value"]) for event in events] == [("reply_given", False)]
    assert "RuntimeError from KeyError" in caplog.text
    assert "111222333" not in caplog.text


async def test_an_answer_sets_reply_given():
    dispatcher = CollectingDispatcher()
    events = await Working().run(dispatcher, tracker(), {})
    assert dispatcher.messages[0]["text"] == "Klaar."
    assert [(event["name"], event["value"]) for event in events] == [("reply_given", True)]
