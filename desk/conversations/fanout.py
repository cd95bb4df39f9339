"""Tells the other processes at once which conversation has news, through Redis, for who sets `REDIS_URL`.

Only a hint: what is new stands in the database, which every process keeps looking at, now and then with Redis and many
times a second without. So a Redis that is down, or loses a message, costs time and nothing else.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
import uuid
from typing import Any

import redis
from django.conf import settings
from django.dispatch import Signal

from conversations.signals import attention_changed, conversation_changed

logger = logging.getLogger(__name__)

# Another process's change. Sent in a thread of its own; receivers must return at once. Arguments: conversation_id, and
# is_attention: only what was received or read, or that somebody types.
changed_elsewhere = Signal()

# With Redis the database is looked at so often, in case a message was lost.
SAFE_POLL_SECONDS = 1.0
_CHANNEL = "aanspreekpunt:news"
_PAUSE_SECONDS = 1.0
_PATIENCE_SECONDS = 2.0
# Beyond this nobody is listening on the other side of the queue; the database has it all.
_MOST_WAITING = 10_000


class Fanout:
    """This process's line to the others."""

    def __init__(self, url: str) -> None:
        """Nothing happens before something is published or listened to.

        Args:
            url: of Redis.
        """
        self._redis = redis.Redis.from_url(
            url, socket_connect_timeout=_PATIENCE_SECONDS, socket_timeout=_PATIENCE_SECONDS
        )
        self._me = uuid.uuid4().hex
        self._waiting: queue.Queue[str] = queue.Queue(_MOST_WAITING)
        self._threads: dict[str, threading.Thread] = {}
        self._lock = threading.Lock()
        self.is_listening = False

    def publish(self, kind: str, conversation_id: int) -> None:
        """Tell the others soon; returns at once."""
        self._run_once(self._publish_all)
        try:
            self._waiting.put_nowait(f"{self._me} {kind} {conversation_id}")
        except queue.Full:
            return  # they find it in the database

    def listen(self) -> None:
        """Begin to hear the others, when that has not begun yet."""
        self._run_once(self._hear_all)

    def _run_once(self, work: Any) -> None:
        name = f"desk-fanout{work.__name__}"
        # A thread does not survive a fork, so whether it lives is asked of the thread.
        with self._lock:
            thread = self._threads.get(name)
            if thread is None or not thread.is_alive():
                self._threads[name] = threading.Thread(target=work, name=name, daemon=True)
                self._threads[name].start()

    def _publish_all(self) -> None:
        works = True
        while True:
            text = self._waiting.get()
            try:
                self._redis.publish(_CHANNEL, text)
            except redis.RedisError as error:
                if works:
                    logger.warning("other processes are not told of news at once: %s", type(error).__name__)
                works = False
                time.sleep(_PAUSE_SECONDS)
            else:
                works = True

    def _hear_all(self) -> None:
        while True:
            try:
                with self._redis.pubsub() as line:  # type: ignore[no-untyped-call]
                    line.subscribe(_CHANNEL)
                    while True:
                        # A time-out is a look at whether the line is still there.
                        found = line.get_message(timeout=_PATIENCE_SECONDS)
                        if found is None:
                            line.ping()
                        elif found["type"] == "subscribe":
                            self.is_listening = True
                        elif found["type"] == "message":
                            self._hear(bytes(found["data"]).decode("ascii", "replace"))
            except redis.RedisError as error:
                if self.is_listening:
                    logger.warning("other processes are not heard at once: %s", type(error).__name__)
                self.is_listening = False
                time.sleep(_PAUSE_SECONDS)

    def _hear(self, text: str) -> None:
        sender, _, rest = text.partition(" ")
        kind, _, number = rest.partition(" ")
        if sender != self._me and number.isdigit():
            changed_elsewhere.send_robust(
                Fanout, conversation_id=int(number), is_attention=kind == "attention"
            )


_line: Fanout | None = None


def listen() -> None:
    """Hear at once what other processes do, when Redis is set up."""
    if _line is not None:
        _line.listen()


def pause(without: float) -> float:
    """Seconds between two looks at the database; `without` when there is no Redis, or it does not work."""
    return max(without, SAFE_POLL_SECONDS) if _line is not None and _line.is_listening else without


def connect() -> None:
    """Begin to tell the others what this process does, when Redis is set up."""
    global _line
    if not settings.REDIS_URL:
        return
    _line = line = Fanout(settings.REDIS_URL)

    def tell_conversation(sender: Any, conversation_id: int, **kwargs: Any) -> None:
        line.publish("conversation", conversation_id)

    def tell_attention(sender: Any, conversation_id: int, **kwargs: Any) -> None:
        line.publish("attention", conversation_id)

    conversation_changed.connect(tell_conversation, weak=False, dispatch_uid="conversations.fanout")
    attention_changed.connect(tell_attention, weak=False, dispatch_uid="conversations.fanout")
