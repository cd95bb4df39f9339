"""Threads that want SQLite's write lock wait for it one behind the other, and each gets it."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection, connections, transaction
from django.db.backends.sqlite3 import base

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 30


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has a queue of its own")
def test_one_thread_at_a_time_asks_for_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    asking, most, done = [0], [0], []
    someone_asks = threading.Event()
    begin = base.DatabaseWrapper._start_transaction_under_autocommit

    def watched(self: base.DatabaseWrapper) -> None:
        asking[0] += 1
        most[0] = max(most[0], asking[0])
        someone_asks.set()
        begin(self)
        asking[0] -= 1

    monkeypatch.setattr(base.DatabaseWrapper, "_start_transaction_under_autocommit", watched)

    def write() -> None:
        try:
            with transaction.atomic():
                done.append(threading.get_ident())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write) for _ in range(5)]
    with closing(sqlite3.connect(Path(connection.settings_dict["NAME"]), isolation_level=None)) as another:
        another.execute("BEGIN IMMEDIATE")
        for thread in threads:
            thread.start()
        assert someone_asks.wait(PATIENCE)
        assert done == []
        another.execute("COMMIT")
    for thread in threads:
        thread.join(PATIENCE)
    assert (len(done), most[0]) == (5, 1)
