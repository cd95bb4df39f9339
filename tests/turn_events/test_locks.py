"""Locks of conversations in a real Redis: one at a time, freed when their server is gone, and no obstacle without Redis."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from rasa.core.lock_store import LockError, LockStore
from rasa.core.utils import number_of_sanic_workers
from rasa.utils.endpoints import EndpointConfig

import turn_locks
from turn_locks import ConversationLocks

PATIENCE_SECONDS = 20


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if not shutil.which("redis-server"):
        pytest.skip("no Redis found (apt-get install redis-server)")
    folder: Path = tmp_path_factory.mktemp("redis")
    socket = folder / "redis.sock"
    process = subprocess.Popen(
        ["redis-server", "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(folder)],
        stdout=subprocess.DEVNULL,
    )
    url = f"unix://{socket}"
    client = redis.Redis.from_url(url)
    for _ in range(PATIENCE_SECONDS * 20):
        try:
            client.ping()
            break
        except redis.ConnectionError:
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(timeout=0.05)
    yield url
    process.kill()
    process.wait()


def store(address: str) -> ConversationLocks:
    found = LockStore.create(EndpointConfig(address, type="turn_locks.ConversationLocks"))
    assert isinstance(found, ConversationLocks)
    return found


async def test_turns_of_one_conversation_never_overlap(address: str) -> None:
    servers = [store(address), store(address)]
    now = most = 0

    async def turn(number: int) -> None:
        nonlocal now, most
        async with servers[number % 2].lock("klant"):
            now += 1
            most = max(most, now)
            await asyncio.sleep(0.002)
            now -= 1

    await asyncio.gather(*(turn(number) for number in range(20)))
    assert (most, now) == (1, 0)


async def test_conversations_do_not_wait_for_one_another(address: str) -> None:
    locks = store(address)
    async with locks.lock("een"):
        await asyncio.wait_for(locks.lock("twee").__aenter__(), PATIENCE_SECONDS)


async def test_a_server_that_was_killed_holds_a_conversation_for_seconds(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turn_locks, "_LIFETIME_SECONDS", 0.3)
    # What a killed server leaves behind: the key, and nobody who renews it. Another waits since just after.
    assert await store(address)._take("aanspreekpunt:turn:dood", "weg")
    await asyncio.wait_for(store(address).lock("dood").__aenter__(), PATIENCE_SECONDS)


async def test_a_long_turn_keeps_its_conversation(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turn_locks, "_LIFETIME_SECONDS", 0.3)
    monkeypatch.setattr(turn_locks, "_LONGEST_WAIT_SECONDS", 1.0)
    async with store(address).lock("lang"):
        with pytest.raises(LockError):
            async with store(address).lock("lang"):
                raise AssertionError("two at a time")


async def test_without_redis_turns_go_on() -> None:
    locks = store("redis://127.0.0.1:1/0")
    async with locks.lock("klant"):
        pass
    assert locks._rests_until > 0
    async with locks.lock("klant"):  # not asked again so soon
        pass


def test_rasa_lets_it_serve_several_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANIC_WORKERS", "2")
    endpoint = EndpointConfig("redis://127.0.0.1:1/0", type="turn_locks.ConversationLocks")
    assert number_of_sanic_workers(endpoint) == 2
