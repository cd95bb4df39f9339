"""The parts that the product consists of, and how to see whether each of them works."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import httpx
from django.conf import settings

from channels.limits import counting_store
from config.threads import in_thread
from health.heartbeat import WORKER, WRITE_TEST, beat, is_alive
from mail_in.settings import is_fetched
from mail_in.watching import is_read

Check = Callable[[], Awaitable[None]]

LONGEST_CHECK_SECONDS = 2.0


class Down(Exception):
    """A part does not work. The text is one word for the operator: `no_answer`, `status_500`, `no_heartbeat`, `not_read`."""


def checks() -> dict[str, Check]:
    """A check per part of this installation; each returns when the part works and raises when not."""
    found: dict[str, Check] = {
        "database": _database,
        "assistant": _assistant,
        "actions": lambda: _answers(f"{settings.ACTIONS_URL}/health"),
        "worker": _worker,
    }
    if settings.RATE_LIMIT_STORE.startswith("redis"):
        found["redis"] = _redis
    if is_fetched():
        found["mailbox"] = _mailbox
    return found


async def _database() -> None:
    """Written to, not only read: with a full disk everything can be read and no message can be taken in."""
    await in_thread(beat, WRITE_TEST)


async def _worker() -> None:
    if not await in_thread(is_alive, WORKER):
        raise Down("no_heartbeat")


async def _mailbox() -> None:
    if not await in_thread(is_read):
        raise Down("not_read")


async def _assistant() -> None:
    """All of its servers: with one of them down customers are served, but the operator must know."""
    await asyncio.gather(*(_answers(f"{url}/") for url in settings.RASA_URLS))


async def _answers(url: str) -> None:
    async with httpx.AsyncClient(timeout=LONGEST_CHECK_SECONDS, trust_env=False) as client:
        response = await client.get(url)
    if not response.is_success:
        raise Down(f"status_{response.status_code}")


async def _redis() -> None:
    if not await asyncio.to_thread(counting_store().check):
        raise Down("no_answer")
