"""Which database the desk uses: SQLite in a file, or PostgreSQL when `DESK_DATABASE_URL` names one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dj_database_url

from config import environment
from config.environment import ConfigurationError

# A server that takes connections and then says nothing (stopped, overloaded) must not hold requests for ever.
_CONNECT_SECONDS = 5


def settings(folder: Path) -> dict[str, Any]:
    """Django's settings for the database. `folder` holds SQLite's file. Raises `ConfigurationError`."""
    url = environment.text("DESK_DATABASE_URL", "")
    return _postgresql(url) if url else _sqlite(folder)


def _sqlite(folder: Path) -> dict[str, Any]:
    return {
        "ENGINE": "config.sqlite",
        "NAME": folder / "desk.sqlite3",
        "OPTIONS": {
            # A transaction takes the write lock when it begins, so that two processes wait instead of failing half-way.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # Readers do not wait for the writer. `synchronous` stays FULL: a message that was accepted survives a power cut.
            "init_command": "PRAGMA journal_mode=WAL",
        },
        "TEST": {"NAME": folder / "test.sqlite3"},
    }


def _postgresql(url: str) -> dict[str, Any]:
    if not url.startswith(("postgres://", "postgresql://")):
        raise ConfigurationError(
            "DESK_DATABASE_URL must begin with postgresql://; leave it empty for SQLite."
        )
    found = dj_database_url.parse(url)
    return {**found, "OPTIONS": {"connect_timeout": _CONNECT_SECONDS, **found.get("OPTIONS", {})}}
