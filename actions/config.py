"""Every setting of the action server, read from the environment in one place."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Where the desk and the back office are, and how long an action may wait for them.

    The waits of one turn must stay under the desk's own limit (`RASA_TIMEOUT_SECONDS`, 8 s), or the desk gives up before the
    static answer is said. A turn makes at most four calls to the back office and one to the desk, and
    has one proof counted there (`actions.clients.desk.PROOF_SECONDS`).

    Attributes:
        desk_url: base address of the desk, without a slash at the end.
        desk_service_token: the shared secret for the ticket API; empty means that no ticket can be opened.
        desk_timeout_seconds: limit for one call to the desk.
        back_office_url: base address of the back office, without a slash at the end; empty means the demonstration's.
        back_office_token: the secret that the back office knows the assistant by.
        back_office_timeout_seconds: limit for one call to the back office, from connecting to the last byte.
    """

    desk_url: str
    desk_service_token: str
    desk_timeout_seconds: float
    back_office_url: str
    back_office_token: str
    back_office_timeout_seconds: float


def settings() -> Settings:
    """Read the settings. Read per call, because tests and operators change the environment, and it costs microseconds."""
    return Settings(
        desk_url=os.environ.get("DESK_URL", "http://127.0.0.1:8000").rstrip("/"),
        desk_service_token=os.environ.get("DESK_SERVICE_TOKEN", ""),
        desk_timeout_seconds=float(os.environ.get("DESK_TIMEOUT_SECONDS", "3")),
        back_office_url=os.environ.get("BACK_OFFICE_URL", "").rstrip("/"),
        back_office_token=os.environ.get("BACK_OFFICE_TOKEN", ""),
        back_office_timeout_seconds=float(os.environ.get("BACK_OFFICE_TIMEOUT_SECONDS", "1")),
    )
