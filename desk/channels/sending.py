"""Calls vendors: sends what waits for the customers of this desk, several at once and each of them in order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

from django.db import DatabaseError

from channels import queue
from channels.base import Outbound
from channels.models import Outgoing
from channels.registry import channel_named
from channels.signals import outgoing_waits
from config.connections import kept_connections
from conversations.models import Conversation
from outbox.problems import DeliveryProblem

logger = logging.getLogger(__name__)

# Vendors answer in a few tenths of a second; one that hangs must not keep the customers of others waiting.
_AT_ONCE = 16


def send_all(conversation_id: int) -> int:
    """Send what waits in one conversation, unless somebody else is doing that; how many messages were sent."""
    lease = queue.claim(conversation_id)
    count = 0
    if lease is None:
        return count
    try:
        while (found := queue.next_message(lease)) is not None:
            outgoing, outbound = found
            count += _send(outgoing, outbound)
    except queue.LeaseLost:
        logger.warning("conversation %s: another process sends to it", conversation_id)
    except Conversation.DoesNotExist:
        logger.info("conversation %s: erased while something was being sent", conversation_id)
    return count


def _send(outgoing: Outgoing, outbound: Outbound) -> bool:
    try:
        channel = channel_named(outgoing.channel)
        if channel is None:
            raise DeliveryProblem("misconfigured", outgoing.channel)
        remote_id = channel.send(outbound)
    except DeliveryProblem as problem:
        queue.not_sent(outgoing, problem)
        return False
    except Exception as error:
        # A fault of ours must not leave the message in the dark until the lease ends.
        logger.exception("message %s: a fault in the desk", outgoing.message_id)
        queue.not_sent(outgoing, DeliveryProblem("fault", type(error).__name__, is_uncertain=True))
        return False
    queue.sent(outgoing, remote_id)
    return True


class Sender:
    """The threads of one process in which vendors are called."""

    def __init__(self) -> None:
        """Nothing runs yet."""
        self._threads = ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="desk-channel")

    def wake(self, conversation_id: int) -> None:
        """Send what waits in this conversation soon. Safe from any thread."""
        self._threads.submit(_run, conversation_id)

    def stop(self) -> None:
        """Finish what is being sent; what waits is left to the next start."""
        self._threads.shutdown(cancel_futures=True)


def _run(conversation_id: int) -> None:
    try:
        with kept_connections():
            send_all(conversation_id)
    except DatabaseError as error:
        # It stays in the database as waiting, or becomes uncertain when the lease ends.
        logger.warning("conversation %s: sending stopped: %s", conversation_id, type(error).__name__)
    except Exception:
        logger.exception("conversation %s: sending stopped", conversation_id)


@asynccontextmanager
async def sending() -> AsyncIterator[Sender]:
    """Send at once what this process commits, until the context ends."""
    threads = Sender()

    def receive(sender: Any, conversation_id: int, **kwargs: Any) -> None:
        threads.wake(conversation_id)

    outgoing_waits.connect(receive, weak=False)
    try:
        yield threads
    finally:
        outgoing_waits.disconnect(receive)
        await asyncio.to_thread(threads.stop)
