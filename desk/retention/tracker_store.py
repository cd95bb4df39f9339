"""What the assistant itself remembers: Rasa's tracker store. The only place where the desk reads or erases it.

Rasa has no way to erase a conversation. Its SQL store is one table, `events`, in an SQLite file beside the desk's or in the
PostgreSQL of `RASA_DATABASE_URL`; both are read here as they are (`rasa/core/tracker_store.py` in 3.6.21). Another tracker
store that somebody chose in `endpoints.yml` is not reached.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from django.conf import settings

# The assistant may be writing; PostgreSQL may be away.
_PATIENCE_SECONDS = 20
_CONNECT_SECONDS = 5
R = TypeVar("R")
_ERASE = "DELETE FROM events WHERE sender_id = ?"
_QUIET = "SELECT sender_id FROM events GROUP BY sender_id HAVING MAX(timestamp) < ? LIMIT ?"


class NotReached(Exception):
    """The tracker store does not work now. Nothing was erased there."""


def remembered(sender: str) -> list[dict[str, Any]]:
    """The assistant's events of one conversation, oldest first, as Rasa writes them. Raises `NotReached`."""

    def read(store: _Store) -> list[dict[str, Any]]:
        rows = store.run("SELECT data FROM events WHERE sender_id = ? ORDER BY id", sender)
        return [json.loads(data) for (data,) in rows.fetchall()]

    return _with_store(read, [])


def forget(senders: Sequence[str]) -> None:
    """Erase all that the assistant remembers of these conversations. Raises `NotReached`."""

    def erase(store: _Store) -> None:
        for sender in senders:
            store.run(_ERASE, sender)

    if senders:
        _with_store(erase, None)


def forget_quiet(since: datetime, most: int) -> int:
    """Erase conversations whose last event is older than a moment, also those that the desk never knew.

    Args:
        since: aware.
        most: how many conversations.

    Returns:
        How many were erased.

    Raises:
        NotReached: the tracker store does not work now.
    """

    def erase(store: _Store) -> int:
        quiet = store.run(_QUIET, since.timestamp(), most).fetchall()
        for (sender,) in quiet:
            store.run(_ERASE, sender)
        return len(quiet)

    return _with_store(erase, 0)


class _Store:
    """A connection in a transaction, to either kind of database."""

    def __init__(self, connection: Any, mark: str) -> None:
        self._connection, self._mark = connection, mark

    def run(self, statement: str, *values: object) -> Any:
        """Run a statement in which `?` stands for each value; the cursor."""
        return self._connection.execute(statement.replace("?", self._mark), values)


def _with_store(work: Callable[[_Store], R], nothing: R) -> R:
    """Work in one transaction; `nothing` when Rasa has not made its table yet."""
    try:
        if settings.RASA_DATABASE_URL:
            return _in_postgresql(work, nothing)
        file = settings.VAR_DIR / "rasa.db"
        return _in_sqlite(file, work, nothing) if file.exists() else nothing
    except (psycopg.Error, sqlite3.Error) as error:
        raise NotReached(type(error).__name__) from error


def _in_postgresql(work: Callable[[_Store], R], nothing: R) -> R:
    url = settings.RASA_DATABASE_URL
    with psycopg.connect(url, connect_timeout=_CONNECT_SECONDS) as connection:
        (table,) = connection.execute("SELECT to_regclass('events')").fetchone() or (None,)
        return work(_Store(connection, "%s")) if table else nothing


def _in_sqlite(file: Path, work: Callable[[_Store], R], nothing: R) -> R:
    with closing(sqlite3.connect(file, timeout=_PATIENCE_SECONDS)) as connection, connection:
        # What was erased is overwritten in the file.
        connection.execute("PRAGMA secure_delete = ON")
        found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'events'").fetchone()
        return work(_Store(connection, "?")) if found else nothing
