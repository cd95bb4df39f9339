"""The commands of the compose file and the images, run by hand as in a container: no rights, a read-only file system.

Every service gets the environment that the compose file gives it, with the addresses of this test's servers; its own health
check says when it works.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.support.postgresql import PostgreSQL, postgresql  # noqa: F401 - a fixture
from tests.support.product import ROOT, Customer, free_ports
from tests.support.rabbitmq import RabbitMQ, rabbitmq  # noqa: F401 - a fixture
from tests.support.redis_server import (
    Redis,
    redis_server,  # noqa: F401 - a fixture
)

pytestmark = [
    pytest.mark.servers,
    pytest.mark.skipif(
        os.geteuid() != 0 or not shutil.which("unshare") or not shutil.which("setpriv"),
        reason="a read-only root file system needs root, unshare and setpriv",
    ),
]
DEPLOY = ROOT / "deploy"
SERVICES = yaml.safe_load((DEPLOY / "compose.yml").read_text(encoding="utf-8"))["services"]
# Ports inside the containers, by service.
PORTS = {"desk-a": "8000", "rasa-a": "5005", "actions": "5055", "worker": "9100"}
PATIENCE_SECONDS = 600


class Containers:
    """The services of the compose file as processes."""

    def __init__(self, folder: Path, **addresses: str) -> None:
        self._folder, self._addresses = folder, addresses
        self.ports = dict(zip(PORTS, map(str, free_ports(len(PORTS))), strict=True))
        names = (
            "DESK_SECRET_KEY",
            "DESK_SERVICE_TOKEN",
            "RASA_TOKEN",
            "POSTGRES_PASSWORD",
            "RASA_DATABASE_PASSWORD",
            "RABBITMQ_PASSWORD",
        )
        self._settings = {name: secrets.token_urlsafe(40) for name in names} | {
            "SITE_NAME": "chat.voorbeeld.example"
        }
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def run(self, name: str) -> None:
        """Run a service to its end."""
        process = self._start(name, self._command(name))
        assert process.wait(timeout=PATIENCE_SECONDS) == 0, self.log(name)

    def start(self, name: str) -> None:
        """Start a service; `wait` says when it works."""
        self._running[name] = self._start(name, self._command(name))

    def wait(self, name: str) -> None:
        """Until the service's own health check succeeds."""
        check = [self._here(name, word) for word in SERVICES[name]["healthcheck"]["test"][1:]]
        pause = threading.Event()
        for _ in range(PATIENCE_SECONDS):
            if self._start(f"{name}-check", check, name).wait(timeout=PATIENCE_SECONDS) == 0:
                return
            assert self._running[name].poll() is None, self.log(name)
            pause.wait(1)  # as the engine does: every so often
        raise AssertionError(self.log(name))

    def stop(self) -> None:
        """End what runs, as the engine does."""
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            process.wait(timeout=60)

    def log(self, name: str) -> str:
        """What a service printed."""
        return (self._folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")[-3000:]

    def environment(self, name: str) -> dict[str, str]:
        """What the compose file and the image put in a service's environment."""
        found = self._image_environment(name)
        for variable, value in SERVICES[name].get("environment", {}).items():
            text = re.sub(r"\$\{(\w+)(?::[-?]([^}]*))?\}", self._setting, str(value))
            found[variable] = self._addresses.get(variable) or self._addressed(text)
        if found.get("DESK_WORKER_METRICS_PORT"):
            found["DESK_WORKER_METRICS_PORT"] = self.ports["worker"]
        return found

    def _setting(self, match: re.Match[str]) -> str:
        default = (match[2] or "") if ":-" in match[0] else ""
        return self._settings.get(match[1]) or default

    def _addressed(self, text: str) -> str:
        # The second of two Rasa servers is left out: one is enough to see that the command works.
        text = text.replace(",http://rasa-b:5005", "")
        for name, port in PORTS.items():
            text = text.replace(f"http://{name}:{port}", f"http://127.0.0.1:{self.ports[name]}")
        return text

    def _command(self, name: str) -> list[str]:
        words = SERVICES[name].get("command") or _image(name)["CMD"]
        found = [self._here(name, word) for word in words]
        # The server's port is its default in the image.
        return [*found, "--port", self.ports[name]] if name == "rasa-a" else found

    def _here(self, name: str, word: str) -> str:
        port = PORTS.get(name, "8000")
        if word in (port, "0.0.0.0"):
            return self.ports.get(name, port) if word == port else "127.0.0.1"
        return word.replace(f"127.0.0.1:{port}", f"127.0.0.1:{self.ports.get(name, port)}")

    def _image_environment(self, name: str) -> dict[str, str]:
        return {"PATH": os.environ["PATH"], "HOME": "/tmp", **_image(name)["ENV"]}

    def _start(self, log: str, command: list[str], service: str | None = None) -> subprocess.Popen[bytes]:
        # Where the interpreter of the program's environment really is.
        python = str(Path(os.path.realpath((ROOT / command[0]).parent / "python")).parent)
        with (self._folder / f"{log}.log").open("ab") as output:
            return subprocess.Popen(
                [str(ROOT / "tests/deploy/sandbox.sh"), python, *command],
                env=self.environment(service or log),
                cwd=ROOT,
                stdout=output,
                stderr=output,
            )


def _image(service: str) -> dict[str, Any]:
    """`CMD` and `ENV` of a service's Dockerfile."""
    file = DEPLOY.parent / SERVICES[service]["build"]["dockerfile"]
    text = file.read_text(encoding="utf-8").replace("\\\n", " ")
    (command,) = re.findall(r"^CMD (.+)$", text, re.MULTILINE)
    (settings,) = re.findall(r"^ENV (.+)$", text, re.MULTILINE)
    return {"CMD": json.loads(command), "ENV": dict(pair.split("=", 1) for pair in settings.split())}


@pytest.fixture(scope="module")
def containers(
    tmp_path_factory: pytest.TempPathFactory,
    postgresql: PostgreSQL,  # noqa: F811
    redis_server: Redis,  # noqa: F811
    rabbitmq: RabbitMQ,  # noqa: F811
) -> Iterator[Containers]:
    # Not below /tmp, which is empty in a container, nor in var/, which is for one user only.
    store = ROOT / "models" / f"deploy-test-{os.getpid()}"
    trained = subprocess.run(
        [sys.executable, "scripts/train.py"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    subprocess.run(
        [sys.executable, "scripts/model_store.py", "--store", str(store), "publish", trained.stdout.strip()],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    store.chmod(0o755)
    found = Containers(
        tmp_path_factory.mktemp("containers"),
        DESK_DATABASE_URL=postgresql.new_database(),
        RASA_DATABASE_URL=postgresql.new_database(),
        REDIS_URL=redis_server.url,
        BROKER_URL=rabbitmq.url,
        MODEL_STORE=str(store),
    )
    yield found
    found.stop()
    shutil.rmtree(store)


def test_a_customer_is_answered_by_services_without_rights(containers: Containers) -> None:
    containers.run("migrate")
    for name in PORTS:
        containers.start(name)
    for name in PORTS:
        containers.wait(name)
    desk = f"http://127.0.0.1:{containers.ports['desk-a']}"
    customer = Customer(desk)
    assert "bestelnummer" in customer.says("waar blijft mijn bestelling?")[0]["text"]
    assert "postcode" in customer.says("400123456")[0]["text"]
    # The action server was asked, and it the desk: a ticket.
    assert "koffiezetapparaat" in customer.says("3511 ab")[0]["text"]
    assert "T-" in " ".join(message["text"] for message in customer.says("ik wil een medewerker spreken"))
    with socket.create_connection(("127.0.0.1", int(containers.ports["rasa-a"]))):
        pass  # it still listens after all of this
