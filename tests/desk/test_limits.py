"""A counter that is down, or hangs, costs no customer anything."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from tests.desk.web import Customer

from channels import limits

pytestmark = pytest.mark.django_db


class DeadRedis:
    """Takes connections and says nothing, as a Redis that is stopped does.

    Attributes:
        connections: how many there were.
    """

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"redis://127.0.0.1:{self._listener.getsockname()[1]}/0"
        self.connections = 0
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return  # closed
            self.connections += 1
            self._open.append(connection)

    def stop(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)
        for connection in self._open:
            connection.close()


@pytest.fixture
def dead_redis(monkeypatch: pytest.MonkeyPatch) -> Iterator[DeadRedis]:
    server = DeadRedis()
    monkeypatch.setattr(settings, "RATE_LIMIT_STORE", server.url)
    limits.limiter.cache_clear()
    yield server
    server.stop()
    monkeypatch.undo()
    limits.limiter.cache_clear()
    limits.pause.until = 0


def test_customers_are_served_while_the_counter_hangs(
    client: Client, dead_redis: DeadRedis, caplog: pytest.LogCaptureFixture
) -> None:
    customer = Customer(client)
    for number in range(20):
        assert customer.send("hallo", str(number)).status_code == 202
    assert customer.human().status_code == 201
    # Only the first of them found out, and waited for it; the others were not even counted.
    assert dead_redis.connections == 1
    assert len([record for record in caplog.records if record.name == "channels.limits"]) == 1


def test_counting_goes_on_when_the_counter_is_back(
    client: Client, dead_redis: DeadRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = Customer(client)
    monkeypatch.setattr(limits, "MESSAGES_PER_CONVERSATION", limits.parse("1 per hour"))
    monkeypatch.setattr(settings, "RATE_LIMIT_STORE", "memory://")
    limits.limiter.cache_clear()
    assert [customer.send("hallo", str(number)).status_code for number in range(3)] == [202] * 3
    limits.pause.until = 0
    assert [customer.send("hallo", str(number)).status_code for number in range(3, 5)] == [202, 429]
