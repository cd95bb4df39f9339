"""The desk as the processes that run in production: web servers and a worker that share a database."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg
from psycopg.sql import SQL, Identifier

ROOT = Path(__file__).resolve().parents[2]
_PATIENCE_SECONDS = 300


class Installation:
    """One database with any number of processes.

    Attributes:
        log: what all of them printed.
        service_token: for the ticket API.
    """

    def __init__(self, folder: Path, rasa_url: str, **settings: str) -> None:
        """Make the database; nothing runs yet.

        Args:
            folder: becomes `DESK_VAR`.
            rasa_url: the assistant.
            settings: further environment variables.
        """
        self.log = folder / "desk.log"
        self.service_token = secrets.token_urlsafe(48)
        self.environment = {
            **os.environ,
            "DESK_SECRET_KEY": secrets.token_urlsafe(48),
            "DESK_SERVICE_TOKEN": self.service_token,
            "DESK_VAR": str(folder),
            "RASA_URL": rasa_url,
            "RASA_TIMEOUT_SECONDS": "20",
            **({} if "DESK_DATABASE_URL" in settings else _own_database()),
            **settings,
        }
        self._running: list[subprocess.Popen[bytes]] = []
        subprocess.run(
            self._manage("migrate", "-v0"), env=self.environment, check=True, timeout=_PATIENCE_SECONDS
        )

    def web(self) -> tuple[str, subprocess.Popen[bytes]]:
        """A web server that answers: its address and its process."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        options = ["--app-dir", str(ROOT / "desk"), "--port", str(port), "--timeout-graceful-shutdown", "2"]
        process = self._start([sys.executable, "-m", "uvicorn", "config.asgi:application", *options])
        url = f"http://127.0.0.1:{port}"
        for _ in range(_PATIENCE_SECONDS * 10):
            with suppress(httpx.HTTPError):
                if httpx.get(f"{url}/healthz").status_code == 200:
                    return url, process
            with suppress(
                subprocess.TimeoutExpired
            ):  # there is nothing to await but its end, which comes too early
                process.wait(timeout=0.1)
                break
        raise AssertionError(self.log.read_text())

    def worker(self) -> subprocess.Popen[bytes]:
        """A worker; it begins to look for work at once."""
        return self._start(self._manage("run_worker"))

    def run(self, program: str) -> str:
        """Run Python with the desk's models (`manage.py shell`); what it printed."""
        result = subprocess.run(
            self._manage("shell", "-v0", "-c", program),
            env=self.environment,
            check=True,
            timeout=_PATIENCE_SECONDS,
            stdout=subprocess.PIPE,
            text=True,
        )
        return result.stdout

    def stop(self) -> None:
        """End every process that still runs."""
        for process in self._running:
            process.kill()
            process.wait()

    def _manage(self, *arguments: str) -> list[str]:
        return [sys.executable, str(ROOT / "desk" / "manage.py"), *arguments]

    def _start(self, command: list[str]) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            process = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)
        self._running.append(process)
        return process


class Browser:
    """A customer over real HTTP, at any of the web servers."""

    def __init__(self, url: str) -> None:
        self.url = url
        body = httpx.post(f"{url}/api/webchat/conversations", timeout=_PATIENCE_SECONDS).json()
        self.headers = {"Authorization": f"Bearer {body['token']}"}

    def send(self, text: str, client_id: str = "a") -> int:
        """Send a message; its id."""
        body = {"client_id": client_id, "text": text}
        return self.post("messages", body).json()["id"]

    def post(self, path: str, body: object) -> httpx.Response:
        """A POST below `/api/webchat/`."""
        address = f"{self.url}/api/webchat/{path}"
        return httpx.post(address, json=body, headers=self.headers, timeout=_PATIENCE_SECONDS)

    def read(self) -> dict[str, object]:
        """Messages and state."""
        address = f"{self.url}/api/webchat/messages"
        return httpx.get(address, headers=self.headers, timeout=_PATIENCE_SECONDS).json()

    def wait_for(self, text: str, after: int = 0, url: str | None = None) -> list[str]:
        """Listen until a message with this text comes by; all texts up to it. An `httpx.HTTPError` when it never does."""
        texts: list[str] = []
        with httpx.stream(
            "GET",
            f"{url or self.url}/api/webchat/stream",
            headers={**self.headers, "Last-Event-ID": str(after)},
            timeout=30,  # of silence: longer than keep-alives are apart
        ) as response:
            assert response.status_code == 200
            for line in response.iter_lines():
                if line.startswith("data: ") and '"text"' in line:
                    texts.append(line)
                    if text in line:
                        return texts
        raise AssertionError(f"the stream ended without {text!r}")


def _own_database() -> dict[str, str]:
    """Where the tests run on PostgreSQL: the setting of a new database there, as on SQLite each has a file of its own."""
    url = os.environ.get("DESK_DATABASE_URL", "")
    if not url:
        return {}
    name = f"installation_{secrets.token_hex(6)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
    return {"DESK_DATABASE_URL": urlsplit(url)._replace(path=f"/{name}").geturl()}
