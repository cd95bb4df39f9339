"""Streams of a conversation, within one process; `test_running_desk.py` has them over HTTP and between processes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from config.threads import in_thread
from conversations import feed, hub
from conversations.feed import Event, conversation_events, event_stream
from conversations.models import Conversation, Message
from conversations.store import add_customer_message, begin
from identity.models import Identity
from tickets.services import request_human

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 10


@pytest.fixture
async def chat() -> Conversation:
    return await in_thread(begin, "web")


async def following(events: AsyncIterator[Event], kind: str | None = None) -> Event:
    """The next event, of this kind."""
    async with asyncio.timeout(PATIENCE):
        async for event in events:
            if kind in (None, event.kind):
                return event
    raise AssertionError("the stream ended")


def write_elsewhere(conversation: Conversation, text: str) -> None:
    """Write as another process does: nobody in this process is told."""
    Message.objects.create(conversation=conversation, sender="assistant", text=text)
    Conversation.objects.filter(pk=conversation.pk).update(revision=F("revision") + 1)


def queries_of_a_look(conversation: Conversation, latest: Any = None) -> tuple[int, Any]:
    with CaptureQueriesContext(connection) as queries:
        news = feed._news(conversation.pk, 0, latest)
    return len(queries), news


def test_a_look_without_news_does_not_read_again_what_was_said(conversation: Conversation) -> None:
    add_customer_message(conversation.pk, "a", "Waar blijft mijn pakket?")
    first, latest = queries_of_a_look(conversation)
    again, same = queries_of_a_look(conversation, latest)
    assert same.state == latest.state
    assert again <= first - 2
    add_customer_message(conversation.pk, "b", "Ik ben doof.")
    told, after = queries_of_a_look(conversation, same)
    assert (after.state["can_phone"], told) == (False, first)


async def test_first_what_was_said_then_the_state_then_what_is_said(chat: Conversation) -> None:
    async with aclosing(conversation_events(chat.pk, 0)) as events:
        greeting, state = await following(events), await following(events)
        assert greeting.data["sender"] == "assistant"
        assert (state.kind, state.data, state.id) == (
            "state",
            {
                "state": "with_assistant",
                "ticket": None,
                "employee": None,
                "waiting": None,
                "read": None,
                "satisfaction": None,
                "offer": [],
                "can_phone": True,
            },
            None,
        )
        message, _ = await in_thread(add_customer_message, chat.pk, "a", "hallo")
        new = await following(events)
        assert (new.id, new.data["text"]) == (message.pk, "hallo")


async def test_a_stream_resumes_after_an_id(chat: Conversation) -> None:
    first, _ = await in_thread(add_customer_message, chat.pk, "a", "een")
    second, _ = await in_thread(add_customer_message, chat.pk, "b", "twee")
    async with aclosing(conversation_events(chat.pk, first.pk)) as events:
        assert (await following(events)).id == second.pk


async def test_a_change_of_state_is_told_after_its_message(chat: Conversation) -> None:
    async with aclosing(conversation_events(chat.pk, 0)) as events:
        await following(events, "state")
        ticket = await in_thread(request_human, chat)
        told, state = await following(events), await following(events)
        assert ticket.number in told.data["text"]
        assert state.data.pop("waiting")["position"] == 1
        assert state.data == {
            "state": "waiting",
            "ticket": ticket.number,
            "employee": None,
            "read": None,
            "satisfaction": None,
            "offer": [],
            "can_phone": True,
        }


async def test_a_stream_ends_when_the_customer_is_signed_in(chat: Conversation) -> None:
    identity = Identity(conversation=chat, site="https://www.winkel.example", customer="K100001")
    async with aclosing(conversation_events(chat.pk, 0)) as events:
        await following(events, "state")
        await in_thread(identity.save)
        await in_thread(write_elsewhere, chat, "alleen voor de klant")
        async with asyncio.timeout(PATIENCE):
            assert [event async for event in events] == []
    async with aclosing(conversation_events(chat.pk, 0, signed_in_at=identity.at)) as events:
        assert [(await following(events)).data["text"] for _ in range(2)][1] == "alleen voor de klant"


async def test_what_another_process_wrote_is_seen_too(chat: Conversation) -> None:
    async with aclosing(conversation_events(chat.pk, 0)) as events:
        await following(events, "state")
        for text in ("een", "twee"):
            await in_thread(write_elsewhere, chat, text)
            assert (await following(events)).data["text"] == text


async def test_news_in_this_process_does_not_wait_for_the_poll(
    chat: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "POLL_SECONDS", 3600)
    async with aclosing(conversation_events(chat.pk, 0)) as events:
        await following(events, "state")
        await in_thread(add_customer_message, chat.pk, "a", "hallo")
        assert (await following(events)).data["text"] == "hallo"


async def test_more_than_one_read_arrives_without_a_gap(chat: Conversation) -> None:
    count = 450
    await Message.objects.abulk_create(
        Message(conversation=chat, sender="customer", text=str(number)) for number in range(count)
    )
    async with aclosing(conversation_events(chat.pk, 0)) as events:
        await following(events)
        assert [(await following(events)).data["text"] for _ in range(count)] == [
            str(n) for n in range(count)
        ]


async def test_one_query_a_tick_however_many_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    ticks = asyncio.Semaphore(0)
    loop = asyncio.get_running_loop()
    revisions = hub.revisions

    def counting(ids: list[int]) -> dict[int, hub.Revision]:
        asked.append(len(ids))
        loop.call_soon_threadsafe(ticks.release)
        return revisions(ids)

    monkeypatch.setattr(hub, "revisions", counting)
    reads: list[int] = []
    news = feed._news
    monkeypatch.setattr(feed, "_news", lambda *arguments: reads.append(1) or news(*arguments))  # type: ignore[func-returns-value]
    chats = [await in_thread(begin, "web") for _ in range(20)]

    async def listen(chat: Conversation) -> None:
        async for _ in conversation_events(chat.pk, 0):
            pass

    listeners = [asyncio.create_task(listen(chat)) for chat in chats for _ in range(2)]
    async with asyncio.timeout(PATIENCE):
        while not asked or asked[-1] < len(chats):
            await ticks.acquire()
        # The last of them may still be at their first look.
        quiet = -1
        while quiet < len(reads):
            quiet = len(reads)
            await ticks.acquire()
        before = len(asked)
        for _ in range(5):
            await ticks.acquire()
    assert len(asked) - before <= 6
    assert set(asked[before:]) == {len(chats)}
    assert len(reads) == quiet, "streams without news read nothing"
    for listener in listeners:
        listener.cancel()
    await asyncio.gather(*listeners, return_exceptions=True)
    assert hub.current_hub().listeners(chats[0].pk) == 0


async def test_a_stream_ends_after_its_time(chat: Conversation) -> None:
    async with asyncio.timeout(PATIENCE):
        kinds = [event.kind async for event in conversation_events(chat.pk, 0, longest_seconds=0.05)]
    assert kinds == ["message", "state"]


async def test_a_stream_ends_when_the_conversation_is_gone(chat: Conversation) -> None:
    async with aclosing(conversation_events(chat.pk, 0)) as events:
        await following(events, "state")
        await chat.adelete()
        async with asyncio.timeout(PATIENCE):
            assert [event async for event in events] == []


async def test_the_stream_as_text(chat: Conversation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "KEEP_ALIVE_SECONDS", 0.05)
    await in_thread(add_customer_message, chat.pk, "a", "regel een\nregel twee: 😀")
    response: Any = await event_stream(conversation_events(chat.pk, 0, longest_seconds=0.2))
    assert response.headers["Content-Type"].startswith("text/event-stream")
    assert response.headers["Cache-Control"] == "no-store"
    text = b"".join([part async for part in response.streaming_content]).decode()
    blocks = text.rstrip("\n").split("\n\n")
    assert blocks[0].startswith("retry: ")
    assert ": " in blocks[1:]
    # Comments come whenever a machine is slow; the greeting is the first event.
    events = [block for block in blocks[1:] if not block.startswith(":")]
    event, number, data = events[1].split("\n")
    assert (event, number.startswith("id: ")) == ("event: message", True)
    assert json.loads(data.removeprefix("data: "))["text"] == "regel een\nregel twee: 😀"


async def test_a_reader_who_goes_away_leaves_nothing_behind(chat: Conversation) -> None:
    response: Any = await event_stream(conversation_events(chat.pk, 0))
    listening = asyncio.Event()

    async def read() -> None:
        async for part in response.streaming_content:
            if b"event: state" in part:
                listening.set()

    reader = asyncio.create_task(read())
    async with asyncio.timeout(PATIENCE):
        await listening.wait()
        assert hub.current_hub().listeners(chat.pk) == 1
        reader.cancel()
        await asyncio.gather(reader, return_exceptions=True)
    assert hub.current_hub().listeners(chat.pk) == 0
