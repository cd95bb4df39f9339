"""What runs in every process of the desk: it answers customers and sends the answers to the channels they are on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from channels.sending import sending
from turns.runner import Runner
from turns.service import running


@asynccontextmanager
async def serving() -> AsyncIterator[Runner]:
    """Answer and send what this process commits, until the context ends."""
    async with sending(), running() as runner:
        yield runner
