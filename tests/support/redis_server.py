"""A Redis server of the tests' own. A test module imports the fixture `redis_server`, or makes one with `running_redis`."""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis

from tests.support.product import free_ports
from tests.support.unavailable import UnavailableError

_START_SECONDS = 60


class Redis:
    """A Redis server without persistence: it only counts.

    Attributes:
        url: for `DESK_RATE_LIMIT_STORE`.
    """

    def __init__(self, folder: Path) -> None:
        """Start it. Raises `UnavailableError`."""
        program = shutil.which("redis-server")
        if not program:
            raise UnavailableError("Redis is not installed (redis-server)")
        folder.mkdir()
        port = free_ports(1)[0]
        self.url = f"redis://127.0.0.1:{port}/0"
        self._command = [
            program,
            "--port",
            str(port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--dir",
            str(folder),
        ]
        self._log = folder / "redis.log"
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log)
        deadline = time.monotonic() + _START_SECONDS
        while not self.is_back():
            if time.monotonic() > deadline or self._process.poll() is not None:
                raise UnavailableError(f"Redis does not start:\n{self._log.read_text()[-1000:]}")

    def processes(self) -> list[int]:
        """Its only process."""
        return [self._process.pid]

    def is_back(self) -> bool:
        """Whether it answers."""
        client = redis.Redis.from_url(self.url, socket_timeout=1)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()

    def kill(self) -> None:
        """End it at once."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()


@contextmanager
def running_redis() -> Iterator[Redis]:
    """A server for as long as the block runs. The test is skipped where Redis is not installed."""
    folder = Path(tempfile.mkdtemp(prefix="desk-redis-"))
    try:
        server = Redis(folder / "redis")
    except UnavailableError as lacking:
        pytest.skip(str(lacking))
    yield server
    server.kill()
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def redis_server() -> Iterator[Redis]:
    """A server for the tests of a module."""
    with running_redis() as server:
        yield server
