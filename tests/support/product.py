"""Starts the whole product as `make run` does, on free ports and in a folder of its own, and takes parts of it down."""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[2]
_chance = random.SystemRandom()
_SUPERVISORCTL = ROOT / ".venv" / "setup" / "bin" / "supervisorctl"


# What the tests' own environment says of an installation is not for the one that a test makes.
_INSTALLATION = (
    *("DESK_", "RASA_", "ACTIONS_URL", "BACK_OFFICE_", "REDIS_URL", "BROKER_URL", "MODEL", "SANIC_WORKERS"),
    "COV_",
)


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on now, next to each other.

    Below those that the system gives to whoever makes a connection: until the server of the test listens there, nobody
    else gets one by accident. By chance, since other processes of the same test run choose as well.
    """
    while True:
        first = _chance.randrange(10_000, 32_768 - count)
        with contextlib.ExitStack() as stack:
            try:
                for port in range(first, first + count):
                    stack.enter_context(socket.socket()).bind(("127.0.0.1", port))
            except OSError:
                continue
            return list(range(first, first + count))


class Product:
    """The running product.

    Attributes:
        desk, rasa, actions: base addresses of the desk, of Rasa and of the action server.
        log: the file with everything that every process printed.
        environment: of the command that starts it.
    """

    def __init__(self, folder: Path, log: Path | None = None, **settings: str) -> None:
        """Prepare a start in `folder`; nothing runs yet. `settings` are further environment variables."""
        desks, rasas = (int(settings.get(name, "1")) for name in ("DESK_PROCESSES", "RASA_SERVERS"))
        ports = free_ports(desks + rasas + 1)
        desk, rasa, actions = ports[0], ports[desks], ports[-1]
        self.folder, self.log = folder, log or folder / "output.log"
        self.desk, self.rasa = f"http://127.0.0.1:{desk}", f"http://127.0.0.1:{rasa}"
        self.actions = f"http://127.0.0.1:{actions}"
        self._first = {"desk": str(desk), "assistant": str(rasa), "worker": "0", "actions": "actions"}
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(_INSTALLATION)},
            "DESK_PORT": str(desk),
            "RASA_PORT": str(rasa),
            "ACTIONS_PORT": str(actions),
            "DESK_VAR": str(folder),
            **settings,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Run `scripts/run.py`, what `make run` runs after the set-up, and wait until the desk answers."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, str(ROOT / "scripts" / "run.py")],
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.wait_for(f"{self.desk}/healthz")

    @staticmethod
    def next_to(address: str) -> str:
        """The address of the process after that of `address`, when a part has several."""
        host, _, port = address.rpartition(":")
        return f"{host}:{int(port) + 1}"

    def wait_for_assistant(self) -> None:
        """Wait until Rasa has loaded its model and answers."""
        self.wait_for(f"{self.rasa}/")

    def stop(self) -> int:
        """End everything as Ctrl-C does; the exit status. What supervisor leaves behind, or lives without it, is killed."""
        assert self._process is not None
        self._process.terminate()
        try:
            return self._process.wait(timeout=90)
        finally:
            self._process.kill()
            for pid in self.processes():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def processes(self) -> list[int]:
        """Every process that was started with this folder; found by their environment, where /proc shows that."""
        mine, found = f"DESK_VAR={self.folder}".encode(), []
        for file in Path("/proc").glob("[0-9]*/environ"):
            with contextlib.suppress(OSError):  # ended meanwhile, or somebody else's
                if mine in file.read_bytes().split(b"\0"):
                    found.append(int(file.parent.name))
        return found

    def take_down(self, part: str) -> None:
        """Stop one part (`assistant`, `actions`, `desk`, `worker`), all its processes, and keep it down."""
        self._supervisorctl("stop", f"{part}:*")

    def bring_up(self, part: str) -> None:
        """Start a part again."""
        self._supervisorctl("start", f"{part}:*")

    def pid(self, part: str, number: int = 0) -> int:
        """A part's first (or next) process, which leads a process group of its own; 0 while it has none."""
        first = self._first[part]
        name = f"{part}:{int(first) + number if first.isdigit() else first}"
        printed = self._supervisorctl("pid", name, must_succeed=False).strip()
        return int(printed) if printed.isdigit() else 0

    def output(self) -> str:
        """Everything that was printed so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def login(self) -> tuple[str, str]:
        """User name and password of the first employee, as printed at the first start."""
        found = re.search(r"[Gg]ebruikersnaam:\s*(\S+)\s+[Ww]achtwoord:\s*(\S+)", self.output())
        assert found, self.output()
        return found[1], found[2]

    def wait_for(self, url: str, seconds: float = 300) -> None:
        """Wait until `url` answers with success; fails at once when the product has ended."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            assert self._process is not None
            try:
                if httpx.get(url, timeout=2).is_success:
                    return
            except httpx.HTTPError:
                try:
                    self._process.wait(timeout=0.2)
                except subprocess.TimeoutExpired:
                    continue
                raise AssertionError(f"the product ended:\n{self.output()[-3000:]}") from None
        raise AssertionError(f"no answer from {url}:\n{self.output()[-3000:]}")

    def _supervisorctl(self, *arguments: str, must_succeed: bool = True) -> str:
        configuration = ROOT / "scripts" / "supervisord.conf"
        command = [str(_SUPERVISORCTL), "-c", str(configuration), *arguments]
        counts = {"DESK_PROCESSES": "1", "DESK_WORKERS": "1", "RASA_SERVERS": "1"}
        environment = {**counts, **self.environment}
        result = subprocess.run(
            command, env=environment, capture_output=True, text=True, cwd=ROOT, timeout=60
        )
        assert result.returncode == 0 or not must_succeed, result.stdout + result.stderr
        return result.stdout


class Customer:
    """A customer on the web chat, through the API of docs/contracts.md."""

    def __init__(self, desk: str) -> None:
        """Start a conversation."""
        self._client = httpx.Client(base_url=f"{desk}/api/webchat", timeout=15)
        created = self._client.post("/conversations")
        assert created.status_code == 201, created.text
        self.conversation = created.json()["conversation"]
        self._client.headers["Authorization"] = f"Bearer {created.json()['token']}"
        self._count, self.seen = 0, 0
        self.new_messages()

    def says(self, text: str) -> list[dict[str, Any]]:
        """Send a message and wait for what comes back on it."""
        sent = self.sends(text)
        assert sent.status_code == 202, sent.text
        return self.waits_for_an_answer()

    def sends(self, text: str) -> httpx.Response:
        """Send a message; the response as it is."""
        self._count += 1
        return self._client.post(
            "/messages", json={"client_id": f"{self.conversation}-{self._count}", "text": text}
        )

    def presses_the_human_button(self) -> str:
        """Press "Medewerker"; the number of the ticket."""
        response = self._client.post("/human")
        assert response.status_code == 201, response.text
        return response.json()["ticket"]

    def waits_for_an_answer(self, seconds: float = 20) -> list[dict[str, Any]]:
        """The next messages that are not the customer's own, from the stream."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with self._client.stream(
                "GET", "/stream", params={"after": self.seen}, timeout=seconds
            ) as stream:
                for line in stream.iter_lines():
                    if time.monotonic() > deadline:
                        break  # a stream that only says that it is there is no answer
                    answers = (
                        [m for m in self.new_messages() if m["sender"] != "customer"]
                        if line.startswith("data:")
                        else []
                    )
                    if answers:
                        return answers
        raise AssertionError("no answer came")

    def new_messages(self) -> list[dict[str, Any]]:
        """What was said since the last look."""
        messages = self.state()["messages"]
        if messages:
            self.seen = messages[-1]["id"]
        return messages

    def state(self) -> dict[str, Any]:
        """The conversation from the last look on, with its state and open ticket."""
        response = self._client.get("/messages", params={"after": self.seen})
        assert response.status_code == 200, response.text
        return response.json()
