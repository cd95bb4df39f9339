"""Connections that threads keep, on a real PostgreSQL that breaks them all."""

from __future__ import annotations

import asyncio
import threading

import dj_database_url
import psycopg
import pytest
from django.db import DatabaseError
from django.db.utils import ConnectionHandler
from tests.support.postgresql import PostgreSQL, postgresql

from config import connections, threads
from config.threads import in_thread

__all__ = ["postgresql"]
pytestmark = pytest.mark.django_db(transaction=True)
THREADS = threads._executor._max_workers


@pytest.fixture
def address(postgresql: PostgreSQL, monkeypatch: pytest.MonkeyPatch) -> str:
    """Of a database whose connections the threads keep in this test."""
    address = postgresql.new_database()
    monkeypatch.setattr(
        connections, "connections", ConnectionHandler({"default": dj_database_url.parse(address)})
    )
    return address


def backend() -> int:
    """The process of PostgreSQL that serves this thread's connection."""
    with connections.connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


async def backends_of_all_threads() -> list[int]:
    """`backend` in each thread, all at the same time."""
    together = threading.Barrier(THREADS)

    def ask() -> int:
        together.wait(timeout=60)
        return backend()

    return await asyncio.gather(*(in_thread(ask) for _ in range(THREADS)))


async def test_one_failure_heals_the_connections_of_all_threads(address: str) -> None:
    before = await backends_of_all_threads()
    assert len(set(before)) == THREADS
    assert sorted(await backends_of_all_threads()) == sorted(before)  # they are kept
    with psycopg.connect(address, autocommit=True) as administrator:
        for process in before:
            administrator.execute(
                "SELECT pg_terminate_backend(%s, 60000)", [process]
            )  # waits until it is gone
    with pytest.raises(DatabaseError):
        await in_thread(backend)
    after = await backends_of_all_threads()
    assert len(set(after)) == THREADS
    assert not set(after) & set(before)
    await close_all()


async def close_all() -> None:
    """Leave no connection behind that another test's threads would find."""
    together = threading.Barrier(THREADS)

    def close() -> None:
        together.wait(timeout=60)
        connections.connections.close_all()

    await asyncio.gather(*(in_thread(close) for _ in range(THREADS)))
