"""More requests at a time than PostgreSQL has connections: they wait for their turn, and none is refused."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from tests.desk.processes import Installation
from tests.support.postgresql import PostgreSQL, postgresql

__all__ = ["postgresql"]
pytestmark = pytest.mark.servers
CROWD = 150  # the server of the tests takes 60 connections
AT_ONCE = 12


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory, postgresql: PostgreSQL) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("desk")
    installation = Installation(
        folder,
        "http://127.0.0.1:9",
        DESK_DATABASE_URL=postgresql.new_database(),
        DESK_REQUESTS_AT_ONCE=str(AT_ONCE),
    )
    yield installation.web()[0]
    installation.stop()


def test_a_crowd_waits_and_nobody_is_refused(web: str) -> None:
    limits = httpx.Limits(max_connections=CROWD)
    with httpx.Client(timeout=120, limits=limits) as client, ThreadPoolExecutor(CROWD) as threads:

        def begin(number: int) -> int:
            # An address of its own, so that nobody is held for one who sends too much.
            headers = {"X-Forwarded-For": f"10.1.0.{number}"}
            return client.post(f"{web}/api/webchat/conversations", headers=headers).status_code

        answers = list(threads.map(begin, range(CROWD)))
    assert set(answers) == {201}


def test_open_streams_leave_room_for_requests(web: str) -> None:
    with ExitStack() as stack:
        for number in range(AT_ONCE + 1):
            headers = {"X-Forwarded-For": f"10.2.0.{number}"}
            begun = httpx.post(f"{web}/api/webchat/conversations", headers=headers, timeout=60).json()
            headers["Authorization"] = f"Bearer {begun['token']}"
            stream = httpx.stream("GET", f"{web}/api/webchat/stream", headers=headers, timeout=60)
            lines = stack.enter_context(stream).iter_lines()
            assert next(line for line in lines if line.startswith("event: message"))
        assert httpx.get(f"{web}/healthz", timeout=60).status_code == 200
