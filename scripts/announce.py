#!/usr/bin/env python3
"""Says when each part is ready to serve. The desk is, seconds after the start; the assistant needs longer to load."""

from __future__ import annotations

import contextlib
import os
import sys
import time

import httpx

PATIENCE_SECONDS = 300
_LOOK_SECONDS = 0.25


def main() -> int:
    """Wait for the desk and for Rasa and print a line for each; 1 when one of them does not come up."""
    started = time.monotonic()
    parts = {
        "De balie en de chat werken": f"http://127.0.0.1:{os.environ['DESK_PORT']}/healthz",
        "De assistent geeft antwoord": f"http://127.0.0.1:{os.environ['RASA_PORT']}/",
    }
    for sentence, url in parts.items():
        if not _wait_for(url, started + PATIENCE_SECONDS):
            print(f"Na {PATIENCE_SECONDS} s is er nog geen antwoord van {url}; zie de logboeken.", flush=True)
            return 1
        print(f"{sentence} ({time.monotonic() - started:.0f} s na de start).", flush=True)
    return 0


def _wait_for(url: str, deadline: float) -> bool:
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.HTTPError):  # not listening yet
            if httpx.get(url, timeout=2).is_success:
                return True
        # A server that comes up gives no event to wait for, so it is asked again.
        time.sleep(_LOOK_SECONDS)
    return False


if __name__ == "__main__":
    sys.exit(main())
