"""News of a conversation as it happens, for the customer's and the employee's streams."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from asgiref.sync import sync_to_async
from django.db import connections
from django.http import StreamingHttpResponse

from config.threads import in_thread
from conversations.hub import current_hub
from conversations.models import Conversation, ConversationState, Message
from conversations.store import MESSAGES_PER_READ, message_json, messages_after
from satisfaction.question import question_for

# docs/contracts.md, section 1.
LONGEST_STREAM_SECONDS = 600.0
KEEP_ALIVE_SECONDS = 15.0
_RETRY_MILLISECONDS = 2000


@dataclass(frozen=True)
class Event:
    """One server-sent event.

    Attributes:
        kind: `message` or `state`.
        data: for a message the object of docs/contracts.md, section 1; for a state that of `snapshot`.
        id: the message's id, from which a broken stream resumes; None for a state.
    """

    kind: str
    data: dict[str, Any]
    id: int | None = None


def snapshot(conversation: Conversation) -> dict[str, str | None]:
    """Who answers, and what is asked: `{"state", "ticket", "employee", "satisfaction"}`.

    `ticket` is the number of the ticket that is not closed and `employee` who has it; `satisfaction` is the number of
    the ticket of which the customer may say how satisfied they are.
    """
    has_ticket = conversation.state in (ConversationState.WAITING, ConversationState.WITH_EMPLOYEE)
    ticket = conversation.tickets.not_closed().select_related("employee").first() if has_ticket else None
    asked = question_for(conversation)
    return {
        "state": conversation.state,
        "ticket": ticket.number if ticket else None,
        "employee": ticket.employee.shown_name if ticket and ticket.employee else None,
        "satisfaction": asked.number if asked else None,
    }


async def conversation_events(
    conversation_id: int, after: int, longest_seconds: float = LONGEST_STREAM_SECONDS
) -> AsyncIterator[Event]:
    """Everything that was said after the message `after`, then everything that is said from now on.

    The state comes after the messages that are already there, and again whenever it changes. Ends after
    `longest_seconds`, or when the conversation is gone.

    Args:
        conversation_id: primary key; the caller has checked that this reader may see it.
        after: id of the last message that the reader has; 0 for all.
        longest_seconds: the reader resumes after this.
    """
    known: dict[str, str | None] = {}
    clock = asyncio.get_running_loop().time
    end = clock() + longest_seconds
    with current_hub().listening(conversation_id) as bell:
        while True:
            bell.clear()
            news = await in_thread(_news, conversation_id, after)
            if news is None:
                return
            messages, state, bell.revision = news
            for message in messages:
                after = message.pk
                yield Event("message", message_json(message), message.pk)
            if len(messages) == MESSAGES_PER_READ:
                continue
            if state != known:
                known = state
                yield Event("state", state)
            try:
                async with asyncio.timeout(max(end - clock(), 0)):
                    await bell.wait()
            except TimeoutError:
                return


def _news(conversation_id: int, after: int) -> tuple[list[Message], dict[str, str | None], int] | None:
    """Messages, state and revision, or None when the conversation is gone. The messages are never older than the rest."""
    conversation = Conversation.objects.filter(pk=conversation_id).first()
    if conversation is None:
        return None
    state = snapshot(conversation)
    return list(messages_after(conversation_id, after)), state, conversation.revision


async def event_stream(events: AsyncIterator[Event]) -> StreamingHttpResponse:
    """A `text/event-stream` response of these events, with a comment every 15 s so that the line stays open."""
    # The request's own thread has looked up who is asking; its connection must not stay open as long as the stream.
    await sync_to_async(connections.close_all)()
    return StreamingHttpResponse(
        _lines(events),
        content_type="text/event-stream; charset=utf-8",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _lines(events: AsyncIterator[Event]) -> AsyncIterator[str]:
    yield f"retry: {_RETRY_MILLISECONDS}\n\n"
    async with aclosing(events):  # type: ignore[type-var]
        following = asyncio.ensure_future(anext(events, None))
        try:
            while True:
                await asyncio.wait({following}, timeout=KEEP_ALIVE_SECONDS)
                if not following.done():
                    yield ": \n\n"
                    continue
                event = following.result()
                if event is None:
                    return
                yield _as_text(event)
                following = asyncio.ensure_future(anext(events, None))
        finally:
            following.cancel()
            await asyncio.gather(
                following, return_exceptions=True
            )  # a generator cannot be closed while it runs


def _as_text(event: Event) -> str:
    number = "" if event.id is None else f"id: {event.id}\n"
    return f"event: {event.kind}\n{number}data: {json.dumps(event.data, ensure_ascii=False)}\n\n"
