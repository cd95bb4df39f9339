"""Tells the console's pages that the queue has news, whichever process made it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any
from weakref import WeakKeyDictionary

from django.db import DatabaseError
from django.db.models import Max, Sum

from config.threads import in_thread
from conversations import fanout
from conversations.feed import LONGEST_STREAM_SECONDS, Event
from conversations.hub import current_hub, revisions
from conversations.models import WITH_A_PERSON, Conversation
from conversations.signals import conversation_changed
from tickets.models import HistoryEntry

logger = logging.getLogger(__name__)

# What another process did is seen this much later at most without Redis.
POLL_SECONDS = 0.4
_PAUSE_AFTER_FAILURE_SECONDS = 2.0
# Every employee's page reads the lists again after a ring; a burst of messages rings once in this time.
_BREATH_SECONDS = 0.3


class QueueWatch:
    """The pages of one event loop that show the queue: one query per tick for all of them, none without pages."""

    def __init__(self) -> None:
        self._bells: set[asyncio.Event] = set()
        self._poller: asyncio.Task[None] | None = None

    @contextmanager
    def listening(self) -> Iterator[asyncio.Event]:
        """An event that is set when the queue has news. The listener clears it."""
        bell = asyncio.Event()
        self._bells.add(bell)
        if self._poller is None or self._poller.done():
            self._poller = asyncio.create_task(self._poll())
            fanout.listen()
        try:
            yield bell
        finally:
            self._bells.discard(bell)

    def ring(self) -> None:
        """The queue has news."""
        for bell in self._bells:
            bell.set()

    async def _poll(self) -> None:
        known = None
        while self._bells:
            pause = fanout.pause(POLL_SECONDS)
            try:
                version = await in_thread(queue_version)
            except DatabaseError:
                logger.warning("the console cannot see what other processes do: the database cannot be read")
                pause = _PAUSE_AFTER_FAILURE_SECONDS
            else:
                # The first look rings too: something may have changed between the page's reading and now.
                if version != known:
                    known = version
                    self.ring()
            await asyncio.sleep(pause)


def queue_version() -> tuple[int | None, int | None]:
    """Something that differs whenever a ticket changes, or a message is written in a conversation with an open one."""
    latest = HistoryEntry.objects.aggregate(latest=Max("pk"))["latest"]
    # By the conversations' own state: one small index answers this. Joined to the open tickets it takes a look at every
    # conversation that there ever was.
    listened_to = Conversation.objects.filter(state__in=WITH_A_PERSON)
    written = listened_to.aggregate(written=Sum("revision"))["written"]
    return latest, written


async def news_events(
    conversation_id: int | None, longest_seconds: float = LONGEST_STREAM_SECONDS
) -> AsyncIterator[Event]:
    """An event `queue` when the queue has news, `conversation` when this conversation has, and `attention` when something in
    it was received or read or somebody types; what, the page asks itself.

    Ends after `longest_seconds`; the page resumes.
    """
    clock = asyncio.get_running_loop().time
    end = clock() + longest_seconds
    conversation = (
        nullcontext(asyncio.Event()) if conversation_id is None else current_hub().listening(conversation_id)
    )
    known: tuple[int | None, int | None] = (None, None)
    with current_watch().listening() as queue_bell, conversation as conversation_bell:
        while (left := end - clock()) > 0:
            await _first_of((queue_bell, conversation_bell), left)
            if queue_bell.is_set():
                queue_bell.clear()
                yield Event("queue", {})
            if conversation_bell.is_set() and conversation_id is not None:
                conversation_bell.clear()
                found = await in_thread(revisions, [conversation_id])
                now = found.get(conversation_id, (None, None))
                for kind, before, after in zip(("conversation", "attention"), known, now, strict=True):
                    if before != after:
                        yield Event(kind, {})
                known = now
            await asyncio.sleep(_BREATH_SECONDS)


async def _first_of(bells: Any, seconds: float) -> None:
    """Return when one of the events is set, or after so many seconds."""
    waiting = [asyncio.ensure_future(bell.wait()) for bell in bells]
    try:
        await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()


_watches: WeakKeyDictionary[asyncio.AbstractEventLoop, QueueWatch] = WeakKeyDictionary()


def current_watch() -> QueueWatch:
    """The watch of the running event loop."""
    return _watches.setdefault(asyncio.get_running_loop(), QueueWatch())


def ring_here(sender: Any, is_attention: bool = False, **kwargs: Any) -> None:
    """Receiver of news, here or elsewhere: ring in every event loop of this process, from whatever thread.

    What somebody read or types is in no list.
    """
    if is_attention:
        return
    for loop, watch in list(_watches.items()):
        if not loop.is_closed():
            loop.call_soon_threadsafe(watch.ring)


def connect() -> None:
    """Begin to listen to changes."""
    for signal in (conversation_changed, fanout.changed_elsewhere):
        signal.connect(ring_here, dispatch_uid="console.watch")
