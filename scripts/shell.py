#!/usr/bin/env python3
"""`make shell`: talks to the assistant in the terminal. `make run` in another terminal gives it the action server.

Rasa's shell starts a server of its own: here on a free port, next to that of `make run`, and on this machine only. Its
conversations are in memory, so that trying something leaves nothing among the customers'. `ACTIONS_PORT` as in `make run`.
"""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import endpoints
import installation
import train
import yaml

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Become Rasa's shell; 1 with one sentence when that cannot be done."""
    try:
        model = train.model()
    except train.TrainingError as error:
        print(f"Fout: {error}", file=sys.stderr)
        return 1
    port = os.environ.get("ACTIONS_PORT") or "5055"
    if not _listens(port):
        print(
            f"Fout: op poort {port} draait geen actieserver. Start eerst `make run` in een andere terminal.",
            file=sys.stderr,
        )
        return 1
    standard = yaml.safe_load((ROOT / "endpoints.yml").read_text(encoding="utf-8"))
    var = installation.var(os.environ)
    found = endpoints.endpoints(standard, {"ACTIONS_URL": f"http://127.0.0.1:{port}"}, var)
    found.pop("tracker_store", None)
    file = var / "endpoints-shell.yml"
    endpoints.write(file, found)
    rasa = str(ROOT / ".venv" / "assistant" / "bin" / "rasa")
    command = [rasa, "shell", "--quiet", "--model", str(model), "--endpoints", str(file)]
    command += ["--interface", "127.0.0.1", "--port", _free_port()]
    os.chdir(ROOT)
    quiet = {
        "RASA_TELEMETRY_ENABLED": "false",
        "PYTHONWARNINGS": "ignore",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    }
    os.execve(rasa, command, {**os.environ, **quiet})


def _listens(port: str) -> bool:
    with socket.socket() as connection:
        connection.settimeout(2)
        return port.isdigit() and connection.connect_ex(("127.0.0.1", int(port))) == 0


def _free_port() -> str:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return str(listener.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
