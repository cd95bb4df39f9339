"""Tells streams that their conversation has news, whichever process wrote it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

from django.db import DatabaseError

from config.threads import in_thread
from conversations import fanout
from conversations.models import Conversation
from conversations.signals import attention_changed, conversation_changed

logger = logging.getLogger(__name__)

# A message that another process wrote is seen this much later at most without Redis; well within the second that a chat
# allows.
POLL_SECONDS = 0.15
_PAUSE_AFTER_FAILURE_SECONDS = 2.0

# Of the conversation and of its attention; a number that is None is not there.
Revision = tuple[int, int | None]


class Bell(asyncio.Event):
    """Set when there is news for one stream.

    Attributes:
        revision: the conversation's revision that the stream knows of; None before the first look. A stream that notes the
            revision that it read itself is not rung for it a second time.
    """

    def __init__(self) -> None:
        super().__init__()
        self.revision: Revision | None = None


class Hub:
    """The streams of one event loop.

    A change in this process rings at once, and with Redis so does one in another (`conversations.fanout`). For changes by
    other processes one query per tick compares the revisions of all conversations that have a stream here, however many
    streams there are; without streams nothing is asked. Message ids would not do: on PostgreSQL ids of different
    conversations may become visible out of order.
    """

    def __init__(self) -> None:
        self._bells: dict[int, set[Bell]] = {}
        self._poller: asyncio.Task[None] | None = None

    @contextmanager
    def listening(self, conversation_id: int) -> Iterator[Bell]:
        """A bell of this conversation. The listener clears it before it reads."""
        bell = Bell()
        self._bells.setdefault(conversation_id, set()).add(bell)
        if self._poller is None or self._poller.done():
            self._poller = asyncio.create_task(self._poll())
            fanout.listen()
        try:
            yield bell
        finally:
            self._bells[conversation_id].discard(bell)
            if not self._bells[conversation_id]:
                del self._bells[conversation_id]

    def listeners(self, conversation_id: int) -> int:
        """How many streams this conversation has here."""
        return len(self._bells.get(conversation_id, ()))

    @property
    def streams(self) -> int:
        """How many streams there are here."""
        return sum(len(bells) for bells in list(self._bells.values()))

    def ring(self, conversation_id: int) -> None:
        """The conversation has news."""
        for bell in self._bells.get(conversation_id, ()):
            bell.set()

    async def _poll(self) -> None:
        while self._bells:
            pause = fanout.pause(POLL_SECONDS)
            try:
                found = await in_thread(revisions, list(self._bells))
            except DatabaseError:
                logger.warning("streams cannot see what other processes write: the database cannot be read")
                pause = _PAUSE_AFTER_FAILURE_SECONDS
            else:
                self._compare(found)
            await asyncio.sleep(pause)

    def _compare(self, found: dict[int, Revision]) -> None:
        for conversation_id, bells in self._bells.items():
            revision = found.get(conversation_id)  # None: it is gone, and the stream must end
            for bell in bells:
                if bell.revision != revision:
                    bell.revision = revision
                    bell.set()


def revisions(conversation_ids: list[int]) -> dict[int, Revision]:
    """The revisions of these conversations by primary key; one that is gone is not among them."""
    found = Conversation.objects.filter(pk__in=conversation_ids)
    return {
        key: (own, attention)
        for key, own, attention in found.values_list("pk", "revision", "attention__revision")
    }


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def current_hub() -> Hub:
    """The hub of the running event loop."""
    return _hubs.setdefault(asyncio.get_running_loop(), Hub())


def open_streams() -> int:
    """How many streams this process has open, in all its event loops. Safe from any thread."""
    return sum(hub.streams for hub in list(_hubs.values()))


def ring_here(sender: Any, conversation_id: int, **kwargs: Any) -> None:
    """Receiver of the signals of news: ring in every event loop of this process, from whatever thread."""
    for loop, hub in list(_hubs.items()):
        if not loop.is_closed():
            loop.call_soon_threadsafe(hub.ring, conversation_id)


def connect() -> None:
    """Begin to listen to changes."""
    for signal in (conversation_changed, attention_changed, fanout.changed_elsewhere):
        signal.connect(ring_here, dispatch_uid="conversations.hub")
