"""Two web servers and two workers on PostgreSQL and Redis: one turn at a time, and news that crosses at once."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from tests.desk.fake_rasa import LONGEST_WAIT_SECONDS, FakeRasa, Reply, says
from tests.desk.processes import Browser, Installation
from tests.support.postgresql import PostgreSQL, postgresql  # noqa: F401 - a fixture
from tests.support.redis_server import (
    Redis,
    redis_server,  # noqa: F401 - a fixture
)

pytestmark = pytest.mark.servers
CONVERSATIONS, MESSAGES = 6, 8


class Watched(FakeRasa):
    """Counts how many turns of one conversation are asked for at the same time.

    Attributes:
        most: the highest number that was seen.
    """

    def __init__(self) -> None:
        super().__init__()
        self._now: Counter[str] = Counter()
        self._lock = threading.Lock()
        self.most = 0
        self.reply = self._count

    def _count(self, body: dict[str, Any]) -> Reply:
        with self._lock:
            self._now[body["sender"]] += 1
            self.most = max(self.most, self._now[body["sender"]])
        time.sleep(0.02)  # a turn takes its time; what would overlap then does
        with self._lock:
            self._now[body["sender"]] -= 1
        return says(f"Antwoord op: {body['message']}")


@pytest.fixture(scope="module")
def assistant() -> Iterator[Watched]:
    server = Watched()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def installation(
    tmp_path_factory: pytest.TempPathFactory,
    assistant: Watched,
    postgresql: PostgreSQL,  # noqa: F811
    redis_server: Redis,  # noqa: F811
) -> Iterator[Installation]:
    installation = Installation(
        tmp_path_factory.mktemp("desk"),
        assistant.url,
        DESK_DATABASE_URL=postgresql.new_database(),
        REDIS_URL=redis_server.url,
    )
    installation.worker()
    installation.worker()
    yield installation
    installation.stop()


@pytest.fixture(scope="module")
def webs(installation: Installation) -> list[str]:
    return [installation.web()[0], installation.web()[0]]


def test_one_turn_at_a_time_whichever_process_takes_the_message(webs: list[str], assistant: Watched) -> None:
    browsers = [Browser(webs[0]) for _ in range(CONVERSATIONS)]

    def talk(browser: Browser) -> None:
        """Send everything at once, to both servers by turns."""

        def send(number: int) -> None:
            visitor = Browser.__new__(Browser)
            visitor.url, visitor.headers = webs[number % 2], browser.headers
            visitor.send(f"bericht {number}", f"c{number}")

        with ThreadPoolExecutor(MESSAGES) as threads:
            list(threads.map(send, range(MESSAGES)))
        for number in range(MESSAGES):
            browser.wait_for(f"Antwoord op: bericht {number}", url=webs[number % 2])

    with ThreadPoolExecutor(CONVERSATIONS) as threads:
        list(threads.map(talk, browsers))
    assert assistant.most == 1
    # Each message was asked about once, and answered once.
    asked = Counter((request["sender"], request["message"]) for request in assistant.requests)
    assert len(asked) == CONVERSATIONS * MESSAGES
    assert set(asked.values()) == {1}
    for browser in browsers:
        messages = browser.read()["messages"]
        assert isinstance(messages, list)
        answers = Counter(
            message["text"] for message in messages if message["text"].startswith("Antwoord op")
        )
        assert answers == Counter({f"Antwoord op: bericht {number}": 1 for number in range(MESSAGES)})


def test_news_crosses_through_redis_and_without_it(
    webs: list[str],
    installation: Installation,
    redis_server: Redis,  # noqa: F811
) -> None:
    browser = Browser(webs[0])
    for number, works in enumerate([True, False, True]):
        if not works:
            redis_server.kill()
        elif number:
            redis_server.start()
        heard: list[list[str]] = []
        wanted = f"Antwoord op: nieuws {number}"
        listener = threading.Thread(
            target=lambda wanted=wanted, heard=heard: heard.append(browser.wait_for(wanted, url=webs[1]))
        )
        listener.start()
        browser.send(f"nieuws {number}", f"n{number}")
        listener.join(LONGEST_WAIT_SECONDS)
        assert heard, installation.log.read_text()[-2000:]
