"""The desk as it runs, with a channel: a web server that answers, and processes that are killed while they send."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.desk.channels.telegram import SECRET, TOKEN, TelegramDriver
from tests.desk.channels.vendor_server import Reply
from tests.desk.fake_rasa import FakeRasa
from tests.desk.processes import Installation

_PATIENCE_SECONDS = 60.0
_LEFT_BEHIND = (
    "from channels.models import *; from django.utils import timezone; from datetime import timedelta; "
    "Address.objects.update(sender_until=timezone.now() - timedelta(seconds=1)); "
)
_STATES = (
    "from channels.models import *; print(*Outgoing.objects.order_by('id').values_list('state', flat=True))"
)


@pytest.fixture
def telegram() -> Iterator[TelegramDriver]:
    driver = TelegramDriver()
    yield driver
    driver.stop()


@pytest.fixture
def desk(tmp_path: Path, telegram: TelegramDriver) -> Iterator[Installation]:
    rasa = FakeRasa()
    installation = Installation(
        tmp_path,
        rasa.url,
        DESK_TELEGRAM_TOKEN=TOKEN,
        DESK_TELEGRAM_WEBHOOK_SECRET=SECRET,
        DESK_TELEGRAM_API_URL=telegram.vendor.url,
    )
    yield installation
    installation.stop()
    rasa.stop()


def deliver(url: str, update: object) -> httpx.Response:
    """Telegram calls the running desk."""
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    return httpx.post(f"{url}/webhooks/telegram", json=update, headers=headers, timeout=30)


def wait_for(telegram: TelegramDriver, count: int) -> list[str]:
    """The texts that the customer got, once there are so many."""
    ends = time.monotonic() + _PATIENCE_SECONDS
    while len(telegram.received()) < count and time.monotonic() < ends:
        telegram.vendor.arrived.wait(1)
        telegram.vendor.arrived.clear()
    return [bubble.text for bubble in telegram.received()]


def test_a_running_desk_answers_without_a_worker_and_refuses_what_is_too_large(
    desk: Installation, telegram: TelegramDriver
) -> None:
    url, _ = desk.web()
    assert deliver(url, telegram.message(text="Hallo")).status_code == 200
    greeting, answer = wait_for(telegram, 2)
    assert "geen mens" in greeting
    assert answer == "Antwoord op: Hallo"
    assert deliver(url, telegram.message(text="x" * 5_000_000)).status_code == 413
    assert httpx.post(f"{url}/webhooks/telegram", json={}).status_code == 403
    assert httpx.post(f"{url}/webhooks/nothing", json={}).status_code == 404


def test_a_web_server_that_is_killed_while_it_sends_never_sends_twice(
    desk: Installation, telegram: TelegramDriver
) -> None:
    url, process = desk.web()
    held = threading.Event()
    telegram.vendor.mishaps.append(Reply({}, wait_for=held))
    assert deliver(url, telegram.message(text="Hallo")).status_code == 200
    assert telegram.vendor.arrived.wait(_PATIENCE_SECONDS)
    telegram.vendor.arrived.clear()
    process.kill()
    process.wait(30)
    held.set()
    calls = len(telegram.vendor.requests)
    assert calls == 1

    desk.run(_LEFT_BEHIND)
    desk.worker()
    assert wait_for(telegram, 1) == ["Antwoord op: Hallo"]
    assert desk.run(_STATES).split() == ["uncertain", "sent"]
    assert len(telegram.vendor.requests) == calls + 1
