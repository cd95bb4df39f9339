"""The connections that threads keep from one piece of work to the next: opening one costs more than most of what is asked
over it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections


class _Thread(threading.local):
    """What a thread knows: the failure after which it last looked whether its connections still work."""

    failure: object | None = None


_thread = _Thread()
_latest_failure: object | None = None


@contextmanager
def kept_connections() -> Iterator[None]:
    """Around a piece of work with the database, in a thread that stays.

    A connection that failed is closed afterwards. A database that starts again breaks those of all threads: after a failure
    in one of them each looks, before its next work, whether its own still work, so that one failure is all that it costs.
    """
    if _thread.failure is not _latest_failure:
        _thread.failure = _latest_failure
        _close_what_does_not_work()
    try:
        yield
    finally:
        _close_what_failed()


def _close_what_does_not_work() -> None:
    for connection in connections.all(initialized_only=True):
        if connection.connection is not None and not connection.is_usable():
            connection.close()


def _close_what_failed() -> None:
    global _latest_failure
    for connection in connections.all(initialized_only=True):
        if connection.errors_occurred:
            connection.close()
            _thread.failure = _latest_failure = object()
