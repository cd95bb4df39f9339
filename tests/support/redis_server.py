"""A Redis server of the tests' own. A test module imports the fixture `redis_server`, or makes one with `running_redis`."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.chaos.stores import Redis, Unavailable


@contextmanager
def running_redis() -> Iterator[Redis]:
    """A server for as long as the block runs. The test is skipped where Redis is not installed."""
    folder = Path(tempfile.mkdtemp(prefix="desk-redis-"))
    try:
        server = Redis(folder / "redis")
    except Unavailable as lacking:
        pytest.skip(str(lacking))
    yield server
    server.kill()
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def redis_server() -> Iterator[Redis]:
    """A server for the tests of a module."""
    with running_redis() as server:
        yield server
