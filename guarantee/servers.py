"""The real processes around the explored assistant: the desk with its database, the action server, Rasa's own server."""

from __future__ import annotations

import os
import secrets
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx
import yaml

ROOT = Path(__file__).resolve().parent.parent
_DESK_PYTHON = ROOT / ".venv" / "desk" / "bin" / "python"
_STARTING_SECONDS = 300


class ServerError(Exception):
    """A process did not come up; the message holds the end of what it printed."""


def free_port() -> int:
    """A port on which nobody listens now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Server:
    """One process that serves HTTP.

    Attributes:
        url: base address.
        log: the file with everything that it printed.
    """

    def __init__(
        self, command: list[str], port: int, log: Path, environment: dict[str, str], health: str
    ) -> None:
        """Prepare a start; nothing runs yet.

        Args:
            command: program and arguments.
            port: on which it will listen.
            log: file for its output.
            environment: variables besides those of this process.
            health: path that answers with success once it serves.
        """
        self.url, self.log = f"http://127.0.0.1:{port}", log
        self._command, self._health = command, health
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("DESK_", "BACK_"))}
        self._environment = {**kept, "RASA_TELEMETRY_ENABLED": "false", **environment}
        self._process: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        """Start the process without waiting for it."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, cwd=ROOT, env=self._environment, stdout=log, stderr=subprocess.STDOUT
            )

    def wait(self) -> None:
        """Wait until it serves. Raises `ServerError` when its process ends, or after five minutes."""
        assert self._process is not None
        deadline = time.monotonic() + _STARTING_SECONDS
        while time.monotonic() < deadline:
            try:
                if httpx.get(self.url + self._health, timeout=5).is_success:
                    return
            except httpx.HTTPError:
                # A server that comes up gives no event to wait for; its end does.
                try:
                    self._process.wait(timeout=0.1)
                except subprocess.TimeoutExpired:
                    continue
            break
        raise ServerError(f"{self._command[0]}: {self.log.read_text(errors='replace')[-3000:]}")

    def start(self) -> None:
        """Start the process and wait until it serves."""
        self.begin()
        self.wait()

    def stop(self) -> None:
        """End the process, when it runs."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=60)
            self._process = None


class DeskAddress(NamedTuple):
    """Where a desk is, and the secret of its ticket API."""

    url: str
    token: str


class Desk(Server):
    """The real desk with an SQLite database of its own.

    Attributes:
        address: where it is, with the secret of the ticket API.
        database: the SQLite file.
    """

    def __init__(self, folder: Path, rasa_url: str = "http://127.0.0.1:9", **settings: str) -> None:
        """Make the database in an empty `folder`; nothing serves yet. `settings` are further environment variables."""
        port, token = free_port(), secrets.token_urlsafe(48)
        self.database = folder / "desk.sqlite3"
        environment = {
            "DESK_SECRET_KEY": secrets.token_urlsafe(48),
            "DESK_SERVICE_TOKEN": token,
            "DESK_VAR": str(folder),
            "DESK_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "RASA_URL": rasa_url,
            **settings,
        }
        command = [str(_DESK_PYTHON), "-m", "uvicorn", "config.asgi:application", "--app-dir", "desk"]
        options = ["--port", str(port), "--timeout-graceful-shutdown", "1", "--log-level", "warning"]
        super().__init__(command + options, port, folder / "desk.log", environment, "/healthz")
        self.address = DeskAddress(self.url, token)
        self.manage("migrate", "--noinput", "--verbosity", "0")

    def manage(self, *arguments: str) -> str:
        """Run a management command; what it printed. Raises `ServerError` when it fails."""
        command = [str(_DESK_PYTHON), "desk/manage.py", *arguments]
        result = subprocess.run(command, cwd=ROOT, env=self._environment, capture_output=True, text=True)
        if result.returncode:
            raise ServerError(result.stderr[-3000:])
        return result.stdout

    def conversations_with_a_ticket(self) -> dict[str, int]:
        """From the database file: the number of tickets of each conversation that has any."""
        query = (
            "select c.external_id, count(*) from tickets_ticket t"
            " join conversations_conversation c on c.id = t.conversation_id group by c.external_id"
        )
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as database:
            return dict(database.execute(query))


def action_server(folder: Path, desk: Desk) -> Server:
    """The project's action server, with two levers for tests (`guarantee/action_server.py`)."""
    port = free_port()
    command = [sys.executable, "-m", "guarantee.action_server", "--port", str(port)]
    environment = {"DESK_URL": desk.url, "DESK_SERVICE_TOKEN": desk.address.token}
    return Server(command, port, folder / "actions.log", environment, "/health")


def rasa_server(folder: Path, model: Path, actions: Server, port: int) -> Server:
    """Rasa's own server with the trained model, as `make run` starts it."""
    endpoints = {"action_endpoint": {"url": f"{actions.url}/webhook"}}
    file = folder / "endpoints.yml"
    file.write_text(yaml.safe_dump(endpoints), encoding="utf-8")
    rasa = str(Path(sys.executable).parent / "rasa")
    command = [
        rasa,
        "run",
        "--model",
        str(model),
        "--endpoints",
        str(file),
        "--credentials",
        "credentials.yml",
    ]
    options = ["--interface", "127.0.0.1", "--port", str(port)]
    return Server(command + options, port, folder / "rasa.log", {"TF_CPP_MIN_LOG_LEVEL": "3"}, "/")


@contextmanager
def silent_server() -> Iterator[str]:
    """The address of a server that takes a connection and never answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(4096)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
