"""Every setting of the action server, read from the environment in one place."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Where the desk is and how long an action may wait for it.

    Attributes:
        desk_url: base address of the desk, without a slash at the end.
        desk_service_token: the shared secret for the ticket API; empty means that no ticket can be opened.
        desk_timeout_seconds: limit for one call. It must stay well under the desk's own limit for a turn
            (`RASA_TIMEOUT_SECONDS`, 8 s), or the desk gives up before the static answer is said.
    """

    desk_url: str
    desk_service_token: str
    desk_timeout_seconds: float


def settings() -> Settings:
    """Read the settings. Read per call, because tests and operators change the environment, and it costs microseconds."""
    return Settings(
        desk_url=os.environ.get("DESK_URL", "http://127.0.0.1:8000").rstrip("/"),
        desk_service_token=os.environ.get("DESK_SERVICE_TOKEN", ""),
        desk_timeout_seconds=float(os.environ.get("DESK_TIMEOUT_SECONDS", "3")),
    )
