"""What others get to see of a running installation: from the network, from a website, and as another user of the machine."""

from __future__ import annotations

import contextlib
import os
import socket
import stat
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.support.listening import listening
from tests.support.product import Product

pytestmark = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="looks at processes in /proc")
_WEBSITE = "https://kwaad.example"


@pytest.fixture(scope="module")
def running(product: Product) -> Product:
    """Everything is up."""
    product.wait_for_assistant()
    product.wait_for(f"{product.actions}/health")
    return product


def secrets_of(product: Product) -> dict[str, str]:
    lines = (product.folder / "secrets.env").read_text(encoding="utf-8").split()
    return dict(line.split("=", 1) for line in lines)


def test_every_process_listens_on_loopback_only(running: Product) -> None:
    found = listening(running.processes())
    expected = {urlsplit(address).port for address in (running.desk, running.rasa, running.actions)}
    assert expected <= {port for _, port in found}
    assert [f"{address} port {port}" for address, port in found if not address.is_loopback] == []


@pytest.mark.parametrize("host", ["0.0.0.0", "127.0.0.1", "::"])
def test_who_listens_is_found(host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family) as server:
        assert (ip_address(host), server.getsockname()[1]) in listening([os.getpid()])


@pytest.mark.parametrize("part", ["rasa", "actions"])
def test_no_website_may_read_what_the_assistant_answers(running: Product, part: str) -> None:
    for path in ("/", "/actions", "/health", "/webhook", "/webhooks/rest/webhook"):
        headers = {"Origin": _WEBSITE, "Access-Control-Request-Method": "POST"}
        for method in ("GET", "OPTIONS"):
            response = httpx.request(method, f"{getattr(running, part)}{path}", headers=headers)
            assert "Access-Control-Allow-Origin" not in response.headers, (method, path)


def test_another_user_of_the_machine_can_read_nothing(running: Product) -> None:
    running_files = [running.folder, *running.folder.rglob("*")]
    readable = []
    for path in running_files:
        with contextlib.suppress(FileNotFoundError):  # a journal of SQLite that is gone already
            # The test itself makes the file with what is printed.
            if path != running.log and stat.S_IMODE(path.lstat().st_mode) & 0o077:
                readable.append(str(path.relative_to(running.folder)))
    assert {"desk.sqlite3", "rasa.db", "log"} <= {path.name for path in running_files}
    assert readable == []


def test_no_secret_stands_in_a_command_line(running: Product) -> None:
    told = []
    for pid in running.processes():
        with contextlib.suppress(FileNotFoundError):  # ended meanwhile
            words = Path(f"/proc/{pid}/cmdline").read_bytes()
            told += [(name, words) for name, value in secrets_of(running).items() if value.encode() in words]
    assert told == []


def test_rasas_api_wants_its_secret(running: Product) -> None:
    token = secrets_of(running)["RASA_TOKEN"]
    assert httpx.get(f"{running.rasa}/status").status_code == 401
    assert httpx.get(f"{running.rasa}/status", params={"token": token}).status_code == 200
