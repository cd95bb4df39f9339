"""The real desk on a free port, with a database of its own in a folder of the test."""

from __future__ import annotations

import os
import secrets
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import httpx

from tests.support.product import ROOT, free_ports


class DeskServer:
    """One desk: start, stop and start again on the same address.

    Attributes:
        url: base address.
        log: the file with everything that it printed.
    """

    def __init__(self, folder: Path, rasa_url: str, **settings: str) -> None:
        """Make the database; nothing serves yet.

        Args:
            folder: empty; becomes `DESK_VAR`.
            rasa_url: the assistant.
            settings: further environment variables.
        """
        self._port = free_ports(1)[0]
        self.url = f"http://127.0.0.1:{self._port}"
        self.log = folder / "desk.log"
        self._database, self._kept = folder / "desk.sqlite3", folder / "kept.sqlite3"
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("DESK_")},
            "DESK_SECRET_KEY": secrets.token_urlsafe(48),
            "DESK_SERVICE_TOKEN": secrets.token_urlsafe(48),
            "DESK_VAR": str(folder),
            "DESK_PUBLIC_URL": self.url,
            "RASA_URL": rasa_url,
            "RASA_TIMEOUT_SECONDS": "4",
            **settings,
        }
        self._process: subprocess.Popen[bytes] | None = None
        self.manage("migrate", "--noinput", "--verbosity", "0")

    def keep(self) -> None:
        """Remember the database as it is now."""
        _copy(self._database, self._kept)

    def restore(self) -> None:
        """Put the database back as it was at `keep`, and serve."""
        _copy(self._kept, self._database)
        if self._process is None:
            self.start()

    def manage(self, *arguments: str) -> str:
        """Run a management command; what it printed. Fails the test when it does not succeed."""
        result = subprocess.run(
            [sys.executable, str(ROOT / "desk" / "manage.py"), *arguments],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    def add_employee(self, name: str, shown: str, *roles: str) -> tuple[str, str]:
        """Make an employee with these roles, by default `employee`; the user name and the password."""
        wanted = [f"--role={role}" for role in roles]
        printed = self.manage("create_employee", name, "--name", shown, *wanted)
        return name, printed.split()[-1]

    def start(self) -> None:
        """Serve, and wait until the desk answers."""
        command = [
            sys.executable,
            "-m",
            "uvicorn",
            "config.asgi:application",
            "--app-dir",
            str(ROOT / "desk"),
        ]
        options = ["--port", str(self._port), "--timeout-graceful-shutdown", "1", "--log-level", "warning"]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command + options, env=self._environment, stdout=log, stderr=subprocess.STDOUT
            )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{self.url}/healthz", timeout=2).is_success:
                    return
            except httpx.HTTPError:
                # A server that comes up gives no event to wait for. Its end does: then there is no more to wait for.
                try:
                    self._process.wait(timeout=0.1)
                except subprocess.TimeoutExpired:
                    continue
                break
        raise AssertionError(f"the desk does not serve:\n{self.log.read_text()[-3000:]}")

    def stop(self) -> None:
        """End the server; the database stays."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=30)
            self._process = None


def _copy(source: Path, target: Path) -> None:
    """Copy a database by SQLite's own means: also while a server has it open."""
    with closing(sqlite3.connect(source)) as origin, closing(sqlite3.connect(target)) as copy:
        origin.backup(copy)
