"""A Redis server of the tests' own. A test module imports the fixture `redis_server`."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.stores import Redis, Unavailable


@pytest.fixture(scope="module")
def redis_server() -> Iterator[Redis]:
    """A server for the tests of a module. Skipped where Redis is not installed."""
    folder = Path(tempfile.mkdtemp(prefix="desk-redis-"))
    try:
        server = Redis(folder / "redis")
    except Unavailable as lacking:
        pytest.skip(str(lacking))
    yield server
    server.kill()
    shutil.rmtree(folder)
