"""The guarantee on every channel, with nothing replaced but the vendor: the webhook as the vendor signs it, over HTTP, to a
desk that runs as it does for customers; the answer as the vendor gets it. The assistant is down."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.desk.channels.conftest import DRIVERS
from tests.desk.channels.driver import Driver
from tests.desk.processes import Installation

pytestmark = pytest.mark.servers
_PATIENCE_SECONDS = 60.0
_OTHER_NAMES = {"DESK_TELEGRAM_SECRET": "DESK_TELEGRAM_WEBHOOK_SECRET"}
_TICKETS = "from tickets.models import Ticket; print(*[t.number for t in Ticket.objects.all()])"


class Environment:
    """Takes a driver's settings as environment variables of a desk that is yet to start."""

    def __init__(self) -> None:
        self.__dict__["variables"] = {}

    def __setattr__(self, name: str, value: str) -> None:
        variable = name.replace("CHANNEL_", "DESK_", 1)
        self.__dict__["variables"][_OTHER_NAMES.get(variable, variable)] = value


class OverHttp:
    """Django's test client as far as the drivers use it, to a running desk."""

    def __init__(self, url: str) -> None:
        self._url = url

    def post(self, path: str, data: Any, content_type: str, headers: dict[str, str]) -> httpx.Response:
        """The vendor calls the webhook."""
        body = data if isinstance(data, bytes | str) else json.dumps(data)
        headers = {**headers, "Content-Type": content_type}
        return httpx.post(self._url + path, content=body, headers=headers, timeout=30)


@pytest.fixture(params=DRIVERS, ids=lambda driver: driver.name)
def vera(request: pytest.FixtureRequest) -> Iterator[Driver]:
    driver: Driver = request.param()
    yield driver
    driver.stop()


@pytest.fixture
def desk(vera: Driver, tmp_path: Path) -> Iterator[Installation]:
    environment = Environment()
    vera.configure(environment)
    # Nobody listens there.
    installation = Installation(tmp_path, "http://127.0.0.1:9", **environment.__dict__["variables"])
    yield installation
    installation.stop()


def test_whoever_asks_for_a_human_gets_a_ticket(vera: Driver, desk: Installation) -> None:
    url, _ = desk.web()
    vera.client = OverHttp(url)  # type: ignore[assignment]
    assert vera.write("medewerker").status_code == 200
    ends, found = time.monotonic() + _PATIENCE_SECONDS, None
    while found is None and time.monotonic() < ends:
        vera.vendor.arrived.wait(1)
        vera.vendor.arrived.clear()
        found = next(filter(None, (re.search(r"T-\d{6,}", bubble.text) for bubble in vera.received())), None)
    assert found, desk.log.read_text()[-2000:]
    assert desk.run(_TICKETS).split() == [found[0]]
    # The first words say what the customer talks to.
    assert "geen mens" in vera.received()[0].text
