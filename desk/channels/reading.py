"""Reads vendors' JSON strictly: a field that is not what the documents say counts as missing."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from channels.base import NotReadable


def json_of(body: bytes) -> dict[str, Any]:
    """The JSON object in a body. Raises `NotReadable`."""
    try:
        found = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise NotReadable from error
    if not isinstance(found, dict):
        raise NotReadable
    return found


def part(found: Any, name: str) -> dict[str, Any]:
    """The object under a name; empty when there is none."""
    value = found.get(name) if isinstance(found, dict) else None
    return value if isinstance(value, dict) else {}


def parts(found: Any, name: str) -> list[dict[str, Any]]:
    """The objects in the list under a name."""
    value = found.get(name) if isinstance(found, dict) else None
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def text(found: Any, name: str) -> str:
    """The text under a name, or a whole number as text; empty when there is none."""
    value = found.get(name) if isinstance(found, dict) else None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else ""


def number(found: Any, name: str) -> int:
    """The whole number under a name; 0 when there is none."""
    value = text(found, name)
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else 0


def moment(seconds: float) -> datetime | None:
    """A moment of so many seconds since 1970; None for 0 and for what no clock shows."""
    if not 0 < seconds < 10**11:
        return None
    return datetime.fromtimestamp(seconds, UTC)
