"""`SANIC_WORKERS=2`: two processes behind one address of Rasa, one turn at a time per conversation."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.support.product import Customer, Product
from tests.support.redis_server import Redis, redis_server

__all__ = ["redis_server"]
pytestmark = pytest.mark.servers
PATIENCE_SECONDS = 60
CONVERSATIONS, MESSAGES = 4, 6
# Of the workers' processor time, in clock ticks: a turn takes more, an idle worker less.
WORKED, MOST_ROUNDS = 10, 20


@pytest.fixture(scope="module")
def product(
    tmp_path_factory: pytest.TempPathFactory,
    redis_server: Redis,
) -> Iterator[Product]:
    product = Product(
        tmp_path_factory.mktemp("product"),
        REDIS_URL=redis_server.url,
        SANIC_WORKERS="2",
        RASA_TIMEOUT_SECONDS="30",
    )
    product.start()
    try:
        product.wait_for_assistant()
        yield product
    finally:
        product.stop()


def ask(product: Product, sender: str, text: str) -> list[dict[str, Any]]:
    """Ask Rasa itself, over a connection of its own: any worker may take it."""
    body = {"sender": sender, "message": text}
    address = f"{product.rasa}/webhooks/rest/webhook"
    return httpx.post(address, json=body, timeout=PATIENCE_SECONDS).raise_for_status().json()


def workers(product: Product) -> dict[int, int]:
    """The worker processes, and the processor time that each has used."""
    command = ["ps", "-o", "pid=", "--ppid", str(product.pid("assistant"))]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    used = {}
    for pid in map(int, listed):
        fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
        used[pid] = int(fields[11]) + int(fields[12])
    return used


def test_both_workers_take_turns(product: Product) -> None:
    before = workers(product)
    assert len(before) == 2
    for number in range(MOST_ROUNDS):
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(lambda k, n=number: ask(product, f"{n}-{k}", "hoe kan ik betalen?"), range(8)))
        now = workers(product)
        if all(now[pid] >= before[pid] + WORKED for pid in before):
            return
    raise AssertionError("one worker did everything")


def test_turns_of_one_conversation_come_one_after_the_other_and_none_is_lost(product: Product) -> None:
    texts = [f"hoe kan ik betalen? {number}" for number in range(MESSAGES)]
    senders = [f"samen-{number}" for number in range(CONVERSATIONS)]
    with ThreadPoolExecutor(CONVERSATIONS * MESSAGES) as threads:
        asked = [threads.submit(ask, product, sender, text) for text in texts for sender in senders]
        assert all(request.result() for request in asked)
    with closing(sqlite3.connect(product.folder / "rasa.db")) as store:
        for sender in senders:
            rows = store.execute("SELECT data FROM events WHERE sender_id = ? ORDER BY id", [sender])
            events = [json.loads(data) for (data,) in rows.fetchall()]
            said = [event["text"] for event in events if event["event"] == "user"]
            assert sorted(said) == texts
            waits = False
            for event in events:
                if event["event"] == "user":
                    assert waits, "a turn began before the last one had ended"
                    waits = False
                elif event["event"] == "action":
                    waits = event["name"] == "action_listen"


def test_a_customer_of_the_desk_goes_on_at_whichever_worker(product: Product) -> None:
    customer = Customer(product.desk)
    assert "bestelnummer" in customer.says("waar blijft mijn bestelling?")[0]["text"]
    assert "postcode" in customer.says("400123456")[0]["text"]
    assert "400123456" in customer.says("3511 ab")[0]["text"]
