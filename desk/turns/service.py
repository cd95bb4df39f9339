"""This process's runner: made when its event loop starts, woken when a customer's message was committed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from django.conf import settings

from conversations.signals import message_awaits_turn
from turns.assistant import AssistantClient
from turns.runner import Runner


@asynccontextmanager
async def running() -> AsyncIterator[Runner]:
    """A runner that answers every message that this process commits, until the context ends."""
    assistant = AssistantClient(
        settings.RASA_URLS, settings.RASA_TIMEOUT_SECONDS, settings.RASA_TURNS_AT_ONCE
    )
    runner = Runner(assistant)

    def receive(sender: Any, conversation_id: int, **kwargs: Any) -> None:
        runner.wake(conversation_id)

    message_awaits_turn.connect(receive, weak=False)
    try:
        yield runner
    finally:
        message_awaits_turn.disconnect(receive)
        await runner.aclose()
