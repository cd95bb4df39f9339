"""The database backend `config.sqlite`: Django's own, with a queue before the write lock.

SQLite has no queue: who finds the lock taken sleeps ever longer (up to 0.1 s) before looking again, while others take it.
With ten customers at a time two or three threads always slept. Here one thread of a process looks, so that it hardly sleeps,
and the others wait for that one.
"""

from __future__ import annotations

import threading

from django.db.backends.sqlite3 import base

_entrance = threading.Lock()


class DatabaseWrapper(base.DatabaseWrapper):
    """See above. The entrance is free again when the transaction has begun; other processes meet at SQLite's own lock."""

    def _start_transaction_under_autocommit(self) -> None:
        with _entrance:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # unknown to django-stubs
