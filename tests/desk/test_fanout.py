"""What one process does rings in another, through a real Redis; without it the database is looked at more often."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from tests.support.redis_server import Redis, running_redis

from console import watch
from conversations import fanout, hub
from conversations.fanout import SAFE_POLL_SECONDS, Fanout, changed_elsewhere

pytestmark = pytest.mark.servers
PATIENCE_SECONDS = 20


@pytest.fixture
def redis_server() -> Iterator[Redis]:
    """A server for each test: the lines of an earlier one, which live as long as the process, hear nothing of it."""
    with running_redis() as server:
        yield server


@pytest.fixture
def heard() -> Iterator[Any]:
    """What comes from other processes; `wait` returns once this has come, whatever came before it."""

    class Ear:
        def __init__(self) -> None:
            self.news: list[tuple[int, bool]] = []
            self._changed = threading.Condition()

        def take(self, sender: Any, conversation_id: int, is_attention: bool, **kwargs: Any) -> None:
            with self._changed:
                self.news.append((conversation_id, is_attention))
                self._changed.notify_all()

        def wait(self, for_news: tuple[int, bool]) -> None:
            with self._changed:
                assert self._changed.wait_for(lambda: for_news in self.news, PATIENCE_SECONDS), self.news

    ear = Ear()
    changed_elsewhere.connect(ear.take, weak=False, dispatch_uid="test")
    yield ear
    changed_elsewhere.disconnect(dispatch_uid="test")


def listening(line: Fanout) -> Fanout:
    line.listen()
    pause = threading.Event()
    for _ in range(PATIENCE_SECONDS * 50):
        if line.is_listening:
            return line
        pause.wait(0.02)  # a subscription gives no event
    raise AssertionError("no subscription")


def test_another_process_hears_and_the_own_does_not(redis_server: Redis, heard: Any) -> None:
    mine, other = listening(Fanout(redis_server.url)), listening(Fanout(redis_server.url))
    mine.publish("conversation", 7)
    heard.wait((7, False))
    other.publish("attention", 8)
    heard.wait((8, True))
    # Each was heard by the other one only.
    assert heard.news == [(7, False), (8, True)]


def test_nonsense_on_the_channel_is_passed_over(redis_server: Redis, heard: Any) -> None:
    line = listening(Fanout(redis_server.url))
    for text in (b"", b"x", b"x conversation", b"x conversation y", b"\xff\xfe \xff \xff"):
        line._redis.publish("aanspreekpunt:news", text)
    line._redis.publish("aanspreekpunt:news", "x conversation 9")
    heard.wait((9, False))
    assert set(heard.news) == {(9, False)}


def test_the_database_is_looked_at_more_often_while_redis_is_away(
    redis_server: Redis,
    heard: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert fanout.pause(hub.POLL_SECONDS) == hub.POLL_SECONDS  # none is set up
    line = listening(Fanout(redis_server.url))
    monkeypatch.setattr(fanout, "_line", line)
    assert fanout.pause(hub.POLL_SECONDS) == fanout.pause(watch.POLL_SECONDS) == SAFE_POLL_SECONDS
    redis_server.kill()
    pause = threading.Event()
    for _ in range(PATIENCE_SECONDS * 50):
        if not line.is_listening:
            break
        pause.wait(0.02)
    assert fanout.pause(hub.POLL_SECONDS) == hub.POLL_SECONDS
    line.publish("conversation", 1)  # nobody waits for it
    redis_server.start()
    listening(line)
    Fanout(redis_server.url).publish("conversation", 2)
    heard.wait((2, False))
