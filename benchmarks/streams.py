"""Memory of one web process with 200 open streams on PostgreSQL.

    .venv/desk/bin/python -m benchmarks.streams [--customers 180] [--employees 20]

Starts a PostgreSQL and the desk as it runs in production (one uvicorn process), opens the streams of web chats and of
employees' pages over real HTTP, and lets every customer ask for a human, so that each stream has something to tell. JSON on
standard output: resident memory (`VmRSS`) in megabytes before, with all streams silent, and after all of them had news; and
the most that the process ever had (`VmHWM`). The goal is less than 500 MB.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import httpx

from tests.desk.fake_rasa import FakeRasa
from tests.desk.processes import Browser, Installation
from tests.support.postgresql import PostgreSQL
from tests.support.unavailable import UnavailableError

_PATIENCE_SECONDS = 500
# Prints a session that is logged in, for each employee.
_LOG_IN = """
from django.conf import settings
from django.test import Client
from employees.models import Employee
from employees.roles import Role, give_roles
for number in range({count}):
    employee = Employee.objects.create_user(f"medewerker{{number}}")
    give_roles(employee, [Role.EMPLOYEE])
    client = Client()
    client.force_login(employee)
    print(f"{{settings.SESSION_COOKIE_NAME}}={{client.cookies[settings.SESSION_COOKIE_NAME].value}}")
"""


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--customers", type=int, default=180)
    arguments.add_argument("--employees", type=int, default=20)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="streams-benchmark-") as folder, ExitStack() as after:
        Path(folder).chmod(0o755)
        try:
            server = PostgreSQL(Path(folder) / "postgresql")
        except UnavailableError as lacking:
            sys.exit(str(lacking))
        after.callback(server.stop)
        rasa = FakeRasa()
        after.callback(rasa.stop)
        desk = Installation(Path(folder), rasa.url, DESK_DATABASE_URL=server.new_database())
        after.callback(desk.stop)
        cookies = desk.run(_LOG_IN.format(count=chosen.employees)).split()
        url, process = desk.web()
        figures = asyncio.run(_measure(url, process.pid, chosen.customers, cookies))
    json.dump({"settings": vars(chosen), "megabytes": figures}, sys.stdout, indent=2)
    print()


async def _measure(url: str, pid: int, customers: int, cookies: list[str]) -> dict[str, float]:
    browsers = [Browser(url) for _ in range(customers)]
    figures = {"without streams": _megabytes(pid, "VmRSS")}
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=url, timeout=_PATIENCE_SECONDS, limits=limits) as client:
        chats = [_listen(client, "/api/webchat/stream", browser.headers) for browser in browsers]
        # A page that comes later than the first one hears nothing until there is news.
        pages = [_listen(client, "/balie/nieuws/", {"Cookie": one}, first="retry:") for one in cookies]
        opened = await asyncio.gather(*chats, *pages)
        name = f"with {len(opened)} streams"
        figures[name] = _megabytes(pid, "VmRSS")
        for browser in browsers:
            asked = await client.post("/api/webchat/human", json={}, headers=browser.headers)
            asked.raise_for_status()
        waiting = [stream.wait_for('"state": "waiting"') for stream in opened[:customers]]
        await asyncio.gather(*waiting, *(stream.wait_for("event: queue") for stream in opened[customers:]))
        figures[f"{name}, after news for all"] = _megabytes(pid, "VmRSS")
        for stream in opened:
            await stream.response.aclose()
    figures["at most"] = _megabytes(pid, "VmHWM")
    return figures


class Stream:
    """One open stream of events."""

    def __init__(self, response: httpx.Response) -> None:
        self.response, self._lines = response, response.aiter_lines()

    async def wait_for(self, text: str) -> None:
        """Read until a line has this text. Raises `EOFError` when the stream ends before."""
        async for line in self._lines:
            if text in line:
                return
        raise EOFError(f"the stream ended without {text!r}")


async def _listen(
    client: httpx.AsyncClient, path: str, headers: Mapping[str, str], first: str = "event:"
) -> Stream:
    """Open a stream; returns when its first line with this text has come."""
    response = await client.send(client.build_request("GET", path, headers=headers), stream=True)
    response.raise_for_status()
    stream = Stream(response)
    await stream.wait_for(first)
    return stream


def _megabytes(pid: int, name: str) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    kilobytes = next(line.split()[1] for line in lines if line.startswith(f"{name}:"))
    return round(int(kilobytes) / 1024, 1)


if __name__ == "__main__":
    main()
