"""What the assistant says in browser tests: a question with a button, an answer with a link, or an echo."""

from __future__ import annotations

from typing import Any

from tests.desk.fake_rasa import FakeRasa, Reply, says

QUESTION = "Wat is uw bestelnummer?"
ANSWER = "Uw bestelling is onderweg. Volg hem op https://www.lindenhof.example/volgen."
CHOICE = {"title": "Ik weet het niet", "payload": "/order_number_unknown"}


class ShopAssistant(FakeRasa):
    """A server in Rasa's place, on a free port.

    Attributes:
        is_broken: answer with status 500 instead.
    """

    def __init__(self) -> None:
        """Listen."""
        super().__init__()
        self.is_broken = False
        self.reply = self._answer
        self.parse = self._parse

    @property
    def heard(self) -> list[str]:
        """What customers said, in order: every message but the start of a session."""
        return [message for message in self.messages if message != "/session_start"]

    def recover(self) -> None:
        """Work again, without memories."""
        self.is_broken = False
        self.requests.clear()
        self.intents.clear()

    def _parse(self, body: dict[str, Any]) -> Reply:
        return Reply([], status=500) if self.is_broken else self._understood(body)

    def _answer(self, body: dict[str, Any]) -> Reply:
        message = body["message"]
        if self.is_broken:
            return Reply([], status=500)
        if "bestelling" in message.lower():
            return says(QUESTION, buttons=[CHOICE])
        return says(ANSWER if message.isdigit() else f"U schreef: {message}")
