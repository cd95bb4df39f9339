"""Picks up what was left: messages that were committed and not answered, because a process stopped in between."""

from __future__ import annotations

import asyncio
import logging

from django.db import DatabaseError

from config.threads import in_thread
from health.heartbeat import BEAT_SECONDS, WORKER, beat
from turns.leases import awaiting_turns
from turns.runner import Runner

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 1.0


async def sweep(runner: Runner, stop: asyncio.Event) -> None:
    """Look for waiting messages at once and then every second, until `stop` is set, and say that this works."""
    clock = asyncio.get_running_loop().time
    next_beat = clock()
    while not stop.is_set():
        try:
            for conversation_id in await in_thread(awaiting_turns):
                runner.wake(conversation_id)
            if clock() >= next_beat:
                await in_thread(beat, WORKER)
                next_beat = clock() + BEAT_SECONDS
        except DatabaseError as error:
            logger.warning("the database cannot be read: %s", type(error).__name__)
        try:
            async with asyncio.timeout(SWEEP_SECONDS):
                await stop.wait()
        except TimeoutError:
            continue
