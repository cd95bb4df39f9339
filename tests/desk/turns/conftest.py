"""A conversation whose turns are answered by an assistant on a real socket, which fails in every way it can."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from tests.desk.fake_rasa import FakeRasa

from config.threads import in_thread
from conversations.models import Conversation, Message
from conversations.store import add_customer_message, begin
from tickets.models import Ticket
from turns.assistant import AssistantClient
from turns.runner import Runner


@pytest.fixture
async def runner(rasa: FakeRasa) -> AsyncIterator[Runner]:
    runner = Runner(AssistantClient([rasa.url], timeout_seconds=1, most_at_once=8))
    yield runner
    await runner.aclose()


class Chat:
    """A conversation as a test sees it."""

    def __init__(self, runner: Runner, conversation: Conversation) -> None:
        self.runner = runner
        self.id = conversation.pk
        self.count = 0

    async def write(self, text: str) -> Message:
        """Commit a customer's message without answering it."""
        self.count += 1
        message, _ = await in_thread(add_customer_message, self.id, f"c{self.count}", text)
        return message

    async def say(self, text: str) -> list[Message]:
        """Commit a customer's message, have it answered, and give what was added after it."""
        message = await self.write(text)
        await self.runner.drain(self.id)
        return await self.after(message)

    async def after(self, message: Message) -> list[Message]:
        """The messages after this one."""
        return [found async for found in Message.objects.filter(conversation_id=self.id, pk__gt=message.pk)]

    async def now(self) -> Conversation:
        """The conversation as it is stored."""
        return await Conversation.objects.aget(pk=self.id)

    async def ticket(self) -> Ticket:
        """Its only ticket."""
        return await Ticket.objects.aget(conversation_id=self.id)


@pytest.fixture
async def chat(runner: Runner) -> Chat:
    return Chat(runner, await in_thread(begin, "web"))


def texts(messages: list[Message]) -> list[str]:
    return [message.text for message in messages]
