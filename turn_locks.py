"""One turn at a time per conversation across Rasa servers, through Redis.

Rasa's own Redis lock store takes its ticket in two steps, so two servers can get the same one; and when a server is
killed, whoever waits for its conversation waits for ever once the own ticket has expired too (rasa/core/lock_store.py in
3.6.21: a lock without tickets is never free). Here a lock is one key that its owner keeps renewing, and that is gone
seconds after its owner.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from rasa.core.lock_store import LockError, LockStore
from rasa.utils.endpoints import EndpointConfig
from redis.asyncio import Redis
from redis.exceptions import RedisError

import log_privacy

log_privacy.install()
logger = logging.getLogger(__name__)

# So long after a server was killed another one can go on with its conversations; a turn may last longer, it is renewed.
_LIFETIME_SECONDS = 3.0
# The desk gives a turn 8 s; a message of Rasa's own channels waits as long as Rasa's own store would let it.
_LONGEST_WAIT_SECONDS = float(os.environ.get("TICKET_LOCK_LIFETIME") or 60)
_LOOK_SECONDS = 0.05
# A Redis that does not answer is left alone for a while, so that not every turn finds that out for itself.
_PATIENCE_SECONDS, _PAUSE_SECONDS = 1.0, 5.0
_PREFIX = "aanspreekpunt:turn:"
_IF_MINE = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call({}) else return 0 end"
_RELEASE = _IF_MINE.format("'del', KEYS[1]")
_RENEW = _IF_MINE.format("'pexpire', KEYS[1], ARGV[2]")


class ConversationLocks(LockStore):
    """Locks in Redis. Without Redis turns go on without: the desk's own lease keeps its conversations in order."""

    def __init__(self, endpoint_config: EndpointConfig) -> None:
        """`endpoint_config` has the address, `redis://…`, as its `url`."""
        super().__init__()
        self._redis: Redis[Any] = Redis.from_url(
            endpoint_config.url, socket_timeout=_PATIENCE_SECONDS, socket_connect_timeout=_PATIENCE_SECONDS
        )
        self._rests_until = 0.0

    @asynccontextmanager
    async def lock(
        self, conversation_id: str, lock_lifetime: float = 0, wait_time_in_seconds: float = 0
    ) -> AsyncIterator[None]:
        """Hold a conversation's turn. Both numbers are Rasa's and mean nothing here.

        Raises:
            LockError: somebody else has the turn, and keeps it too long.
        """
        key, owner = f"{_PREFIX}{conversation_id}", uuid.uuid4().hex
        if not await self._take(key, owner):
            yield
            return
        keeper = asyncio.create_task(self._keep(key, owner))
        try:
            yield
        finally:
            keeper.cancel()
            with suppress(RedisError):  # it expires by itself
                await self._redis.eval(_RELEASE, 1, key, owner)

    async def _take(self, key: str, owner: str) -> bool:
        """Wait for the lock; False when Redis does not answer."""
        end = time.monotonic() + _LONGEST_WAIT_SECONDS
        while time.monotonic() >= self._rests_until:
            try:
                if await self._redis.set(key, owner, nx=True, px=round(_LIFETIME_SECONDS * 1000)):
                    return True
            except RedisError as error:
                self._rests_until = time.monotonic() + _PAUSE_SECONDS
                logger.warning("turns go on without locks: Redis does not answer (%s)", type(error).__name__)
                return False
            if time.monotonic() > end:
                raise LockError("another server keeps this conversation")
            await asyncio.sleep(_LOOK_SECONDS)
        return False

    async def _keep(self, key: str, owner: str) -> None:
        while True:
            await asyncio.sleep(_LIFETIME_SECONDS / 3)
            with suppress(RedisError):  # tried again; when it stays away, the lock expires
                await self._redis.eval(_RENEW, 1, key, owner, round(_LIFETIME_SECONDS * 1000))
