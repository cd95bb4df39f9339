"""The frame around every action: it never raises, and it says whether the customer got an answer."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

logger = logging.getLogger(__name__)

Event = dict[str, Any]


class CarefulAction(Action, ABC):
    """An action whose failure leads to a static answer.

    rasa-sdk answers an exception with the whole request, and Rasa writes that to its log: personal data. So errors end
    here, and only their type is logged. `reply_given` stays false then, and the rule that ran the action continues with a
    static response instead of silence.
    """

    @abstractmethod
    def name(self) -> str:
        """The action's name in `domain.yml`."""

    @abstractmethod
    async def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Answer the customer through `dispatcher` and return the events. May raise anything."""

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[Event]:
        """Run `answer`; on success `reply_given` is set, on an error nothing is said and nothing else changes."""
        try:
            events = await self.answer(dispatcher, tracker, domain)
        except Exception as error:
            logger.error("%s failed: %s", self.name(), _kind(error))
            # Half an answer could be a promise that was not kept.
            dispatcher.messages.clear()
            return [SlotSet("reply_given", False)]
        # First, so that an action whose answer is not complete yet can say otherwise.
        return [SlotSet("reply_given", True), *events]


def _kind(error: BaseException) -> str:
    """The types of an error and of what caused it. Never the text, which may hold what the customer wrote."""
    kinds = [type(error).__name__]
    while error.__cause__ is not None:
        error = error.__cause__
        kinds.append(type(error).__name__)
    return " from ".join(kinds)
