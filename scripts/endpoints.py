"""Rasa's endpoints for one installation: the project's `endpoints.yml`, with what the environment says put in its place.

With nothing in the environment it is that file. Rasa's own way, `${NAME}` in the file, cannot leave a whole section out.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

_POSTGRESQL_PATIENCE_SECONDS = 5


class SettingError(ValueError):
    """A setting cannot be used; the message is one sentence that names it and does not repeat it."""


def endpoints(standard: Mapping[str, Any], settings: Mapping[str, str], var: Path) -> dict[str, Any]:
    """The contents of the endpoints file.

    Args:
        standard: those of `endpoints.yml`.
        settings: `ACTIONS_URL`, `RASA_DATABASE_URL`, `REDIS_URL`, `BROKER_URL`; one that is empty changes nothing.
        var: the folder in which the SQLite file is.

    Raises:
        SettingError: one of them is no address of the right kind.
    """
    found = dict(standard)
    if settings.get("ACTIONS_URL"):
        found["action_endpoint"] = {"url": f"{settings['ACTIONS_URL'].rstrip('/')}/webhook"}
    database = settings.get("RASA_DATABASE_URL")
    if database:
        found["tracker_store"] = _tracker_store(database)
    elif found.get("tracker_store", {}).get("dialect") == "sqlite":
        found["tracker_store"] = {
            **found["tracker_store"],
            "type": "turn_store.OpenSQLite",
            "db": str(var / "rasa.db"),
        }
    if settings.get("REDIS_URL"):
        found["lock_store"] = _lock_store(settings["REDIS_URL"])
    if settings.get("BROKER_URL"):
        if urlsplit(settings["BROKER_URL"]).scheme not in {"amqp", "amqps"}:
            raise SettingError("BROKER_URL moet beginnen met amqp:// of amqps://.")
        found["event_broker"] = {"type": "turn_events.broker.TurnEvents", "url": settings["BROKER_URL"]}
    return found


def write(path: Path, contents: Mapping[str, Any]) -> None:
    """Write the file, for this user only: it may hold passwords."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        yaml.safe_dump(dict(contents), file)


def _tracker_store(url: str) -> dict[str, Any]:
    scheme, _, rest = url.partition("://")
    if scheme not in {"postgres", "postgresql"} or not rest:
        raise SettingError("RASA_DATABASE_URL moet beginnen met postgresql://.")
    patience = "" if "connect_timeout=" in rest else f"connect_timeout={_POSTGRESQL_PATIENCE_SECONDS}"
    joined = ("&" if "?" in rest else "?") + patience if patience else ""
    # Rasa takes a whole address as the host; without the dialect it would not know that it is SQL.
    return {"type": "SQL", "dialect": "postgresql", "url": f"postgresql://{rest}{joined}"}


def _lock_store(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in {"redis", "rediss"} or not parts.hostname:
        raise SettingError("REDIS_URL moet een adres zijn als redis://machine:6379/0.")
    return {"type": "turn_locks.ConversationLocks", "url": url}
