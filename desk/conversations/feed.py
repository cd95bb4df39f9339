"""News of a conversation as it happens, for the customer's and the employee's streams."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asgiref.sync import sync_to_async
from django.db import connections
from django.db.models import prefetch_related_objects
from django.http import StreamingHttpResponse

from config.threads import in_thread
from conversations.attention import attention_of, seconds_typing
from conversations.hub import Revision, current_hub
from conversations.models import WITH_A_PERSON, Conversation, ConversationState, Message, Sender
from conversations.store import MESSAGES_PER_READ, message_json, messages_after
from satisfaction.assistant import question_about_assistant
from satisfaction.question import question_for
from tickets.models import Ticket, TicketState
from waiting.hearing import can_phone
from waiting.standing import offered, standing_of

# docs/contracts.md, section 1.
LONGEST_STREAM_SECONDS = 600.0
KEEP_ALIVE_SECONDS = 15.0
_RETRY_MILLISECONDS = 2000
# The place in the queue changes by what happens in other conversations; who waits hears of it this much later at most.
WAITING_LOOK_SECONDS = 10.0


@dataclass(frozen=True)
class Event:
    """One server-sent event.

    Attributes:
        kind: `message`, `state` or `typing`.
        data: the object that docs/contracts.md, section 1, describes for this kind.
        id: the message's id, from which a broken stream resumes; None for the other kinds.
    """

    kind: str
    data: dict[str, Any]
    id: int | None = None


@dataclass(frozen=True)
class _News:
    """One look at a conversation. The messages are never older than the rest."""

    messages: list[Message]
    state: dict[str, Any]
    typing_at: datetime | None
    signed_in_at: datetime | None
    revision: Revision


def snapshot(conversation: Conversation, told: dict[str, Any] | None = None) -> dict[str, Any]:
    """How things stand for the customer, as docs/contracts.md, section 1, describes it under `state`.

    Args:
        conversation: as it is now.
        told: an earlier snapshot of the same revision. What changes only with that is not asked for again: most looks are
            for a mark, or for the place in the queue.
    """
    has_ticket = conversation.state in WITH_A_PERSON
    if has_ticket or not told:
        # Once, for all that asks about them below.
        prefetch_related_objects([conversation], "tickets__employee")
    ticket = next(_not_closed(conversation), None) if has_ticket else None
    if ticket is not None:
        ticket.conversation = conversation
    is_with_employee = conversation.state == ConversationState.WITH_EMPLOYEE
    waiting = standing_of(ticket) if ticket else None
    return {
        "state": conversation.state,
        "ticket": ticket.number if ticket else None,
        "employee": ticket.employee.shown_name if ticket and ticket.employee else None,
        "satisfaction": told["satisfaction"] if told else _question(conversation),
        "waiting": waiting,
        "offer": _offer(ticket, waiting),
        "read": attention_of(conversation).employee_read if is_with_employee else None,
        "can_phone": told["can_phone"] if told else can_phone(conversation),
    }


def _offer(ticket: Ticket | None, waiting: dict[str, Any] | None) -> list[str]:
    """The ways that can be chosen now; for who waits they have been worked out already."""
    if waiting is not None:
        offer: list[str] = waiting["offer"]
        return offer
    return offered(ticket, is_open=True) if ticket else []


def _question(conversation: Conversation) -> str | None:
    """About what the customer may be asked how satisfied they are."""
    has_closed = any(ticket.state == TicketState.CLOSED for ticket in conversation.tickets.all())
    asked = question_for(conversation) if has_closed else None
    return asked.number if asked else question_about_assistant(conversation)


def _not_closed(conversation: Conversation) -> Iterator[Ticket]:
    return (ticket for ticket in conversation.tickets.all() if ticket.state != TicketState.CLOSED)


async def conversation_events(
    conversation_id: int,
    after: int,
    longest_seconds: float = LONGEST_STREAM_SECONDS,
    *,
    signed_in_at: datetime | None = None,
) -> AsyncIterator[Event]:
    """Everything that was said after the message `after`, then everything that is said from now on.

    The state comes after the messages that are already there, and again whenever it changes; that the employee is typing,
    whenever that is reported. Ends after `longest_seconds`, when the conversation is gone, or when a site signs the customer
    in: who may read it then has another token.

    Args:
        conversation_id: primary key; the caller has checked that this reader may see it.
        after: id of the last message that the reader has; 0 for all.
        longest_seconds: the reader resumes after this.
        signed_in_at: when the customer had been signed in as the reader was let in; None for never.
    """
    known: dict[str, Any] = {}
    latest: _News | None = None
    typed_at: datetime | None = None
    clock = asyncio.get_running_loop().time
    end = clock() + longest_seconds
    with current_hub().listening(conversation_id) as bell:
        while True:
            bell.clear()
            news = await in_thread(_news, conversation_id, after, latest)
            if news is None or news.signed_in_at != signed_in_at:
                return
            latest = news
            bell.revision = news.revision
            for message in news.messages:
                after = message.pk
                yield Event("message", message_json(message), message.pk)
            if len(news.messages) == MESSAGES_PER_READ:
                continue
            if news.state != known:
                known = news.state
                yield Event("state", news.state)
            if news.typing_at != typed_at:
                typed_at = news.typing_at
                if typing := _typing(news):
                    yield typing
            if (left := end - clock()) <= 0:
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(min(left, WAITING_LOOK_SECONDS) if known["waiting"] else left):
                    await bell.wait()


def _news(conversation_id: int, after: int, latest: _News | None) -> _News | None:
    """What is new after the `latest` look, or None when the conversation is gone."""
    conversation = (
        Conversation.objects.filter(pk=conversation_id)
        .select_related("attention", "assistant_question", "identity")
        .first()
    )
    if conversation is None:
        return None
    attention, identity = getattr(conversation, "attention", None), getattr(conversation, "identity", None)
    is_same = latest is not None and latest.revision[0] == conversation.revision
    return _News(
        state=snapshot(conversation, latest.state if latest and is_same else None),
        typing_at=attention_of(conversation).employee_typing_at,
        signed_in_at=identity.at if identity else None,
        revision=(conversation.revision, attention.revision if attention else None),
        messages=list(messages_after(conversation_id, after)),
    )


def _typing(news: _News) -> Event | None:
    """That the employee is typing, unless what was typed has been sent in the meantime."""
    seconds = seconds_typing(news.typing_at)
    name = news.state["employee"]
    sent = [message.at for message in news.messages if message.sender == Sender.EMPLOYEE]
    if not seconds or not name or (news.typing_at and any(at >= news.typing_at for at in sent)):
        return None
    return Event("typing", {"employee": name, "seconds": round(seconds, 1)})


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
