"""What is measured: the product in its sizes, and a plain Rasa project as the yardstick. All of it on loopback."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.support.postgresql import PostgreSQL
from tests.support.product import ROOT, Product, free_ports
from tests.support.redis_server import Redis

PLAIN = ROOT / "var" / "loadtest" / "plain"
_RASA = ROOT / ".venv" / "assistant" / "bin" / "rasa"
_PATIENCE_SECONDS = 600
_CONNECTIONS = 100  # PostgreSQL's own default
_QUIET = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore"}


@dataclass(frozen=True)
class Running:
    """Something that can be asked.

    Attributes:
        desk: address of the desk; empty for a plain Rasa project.
        rasa: address of the (first) Rasa server.
        pids: the processes by name: `desk`, `actions`, `rasa`, and `rasa 2` when there are two.
    """

    desk: str
    rasa: str
    pids: dict[str, int]

    def rasa_megabytes(self) -> float:
        """The most memory that the Rasa process has had resident."""
        status = Path(f"/proc/{self.pids['rasa']}/status").read_text(encoding="ascii")
        (line,) = [line for line in status.splitlines() if line.startswith("VmHWM:")]
        return round(int(line.split()[1]) / 1024, 0)

    def processor_seconds(self) -> dict[str, float]:
        """The processor time that each process has used: unlike waiting times the same on a busy machine."""
        ticks = os.sysconf("SC_CLK_TCK")
        used = {}
        for name, pid in self.pids.items():
            fields = (
                Path(f"/proc/{pid}/stat")
                .read_text(encoding="ascii", errors="replace")
                .rpartition(")")[2]
                .split()
            )
            used[name] = (int(fields[11]) + int(fields[12])) / ticks
        return used


@contextmanager
def product(store: str, servers: int) -> Iterator[Running]:
    """The whole product.

    Args:
        store: `sqlite`, or `postgres` for PostgreSQL and Redis.
        servers: how many Rasa servers.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="loadtest-")))
        folder.chmod(0o755)  # PostgreSQL's own user must get through
        settings = {"RASA_SERVERS": str(servers)}
        if store == "postgres" or servers > 1:
            redis = Redis(folder / "redis")
            stack.callback(redis.kill)
            settings["REDIS_URL"] = redis.url
        if store == "postgres":
            postgres = PostgreSQL(folder / "postgres", durable=True, most_connections=_CONNECTIONS)
            stack.callback(postgres.stop)
            settings["DESK_DATABASE_URL"] = postgres.new_database()
            settings["RASA_DATABASE_URL"] = postgres.new_database()
        (folder / "var").mkdir()
        running = Product(folder / "var", **settings)
        running.start()
        stack.callback(running.stop)
        address = running.rasa
        for _ in range(servers):
            running.wait_for(f"{address}/", _PATIENCE_SECONDS)
            address = running.next_to(address)
        running.wait_for(f"{running.actions}/health", _PATIENCE_SECONDS)
        pids = {
            "rasa": running.pid("assistant"),
            "desk": running.pid("desk"),
            "actions": running.pid("actions"),
        }
        if servers > 1:
            pids["rasa 2"] = running.pid("assistant", 1)
        yield Running(running.desk, running.rasa, pids)


@contextmanager
def plain_rasa() -> Iterator[Running]:
    """The project that `rasa init` makes, made and trained once, served by the same Rasa."""
    if not list(PLAIN.glob("models/*.tar.gz")):
        shutil.rmtree(PLAIN, ignore_errors=True)
        PLAIN.mkdir(parents=True, exist_ok=True)
        command = [str(_RASA), "init", "--no-prompt", "--init-dir", str(PLAIN)]
        subprocess.run(
            command, env={**os.environ, **_QUIET}, cwd=PLAIN.parent, check=True, capture_output=True
        )
    (port,) = free_ports(1)
    address = f"http://127.0.0.1:{port}"
    command = [
        str(_RASA),
        "run",
        "--interface",
        "127.0.0.1",
        "--port",
        str(port),
        "--credentials",
        "credentials.yml",
    ]
    process = subprocess.Popen(
        command,
        env={**os.environ, **_QUIET},
        cwd=PLAIN,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not _answers(address):
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError("the plain Rasa project does not start")
            time.sleep(0.5)  # a server that loads gives no event to wait for
        yield Running("", address, {"rasa": process.pid})
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/", timeout=2, trust_env=False).is_success
    except httpx.HTTPError:
        return False
