"""Answers customers: takes a conversation's turn and drains its waiting messages, in order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from config.threads import in_thread
from turns import leases, steps
from turns.assistant import AssistantClient, AssistantFailure
from turns.leases import Lease, LeaseLost
from turns.steps import Turn

logger = logging.getLogger(__name__)

_MOST_AT_ONCE = 100


class Runner:
    """The turns of one event loop. The web server and the worker each have one; they do exactly the same."""

    def __init__(self, assistant: AssistantClient) -> None:
        self._assistant = assistant
        self._loop = asyncio.get_running_loop()
        self._room = asyncio.Semaphore(_MOST_AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()

    def wake(self, conversation_id: int) -> None:
        """Answer in this conversation soon. Safe from any thread; when somebody is answering already, nothing happens."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._start, conversation_id)

    async def drain(self, conversation_id: int) -> None:
        """Answer all waiting messages of a conversation, unless somebody else is doing that."""
        async with self._room:
            lease = await in_thread(leases.claim, conversation_id)
            if lease is None:
                return
            keeper = asyncio.create_task(self._keep(lease))
            try:
                # The last look finds nothing to do and gives the lease up itself.
                while (turn := await in_thread(steps.next_turn, lease)) is not None:
                    await self._answer(lease, turn)
            except LeaseLost:
                logger.warning("conversation %s: another process took the turn", conversation_id)
            except BaseException:
                # Also when this task is cancelled: the next process must not have to wait until the lease expires.
                await asyncio.shield(in_thread(leases.release, lease))
                raise
            finally:
                keeper.cancel()

    async def aclose(self) -> None:
        """Stop. Turns that are not finished are left to the worker, or to the next start."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._assistant.aclose()

    def _start(self, conversation_id: int) -> None:
        task = asyncio.create_task(self._drain_and_report(conversation_id))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _drain_and_report(self, conversation_id: int) -> None:
        try:
            await self.drain(conversation_id)
        except Exception:
            # The message stays in the database as waiting: the worker tries again.
            logger.exception("conversation %s: the turn was given up", conversation_id)

    async def _answer(self, lease: Lease, turn: Turn) -> None:
        try:
            if turn.is_hopeless:
                raise AssistantFailure("tried too often")
            answers = await self._assistant.ask(turn.question)
            await in_thread(steps.store_answers, lease, turn, answers)
        except LeaseLost:
            raise
        except Exception as error:
            # Whatever went wrong, here the customer gets a ticket (invariant 6).
            kept: Sequence[str] = ()
            if isinstance(error, AssistantFailure):
                logger.warning("message %s: the assistant failed: %s", turn.message_id, error)
                kept = error.kept
            else:
                logger.exception("message %s: the answer could not be stored", turn.message_id)
            await self._catch(lease, turn, kept)

    async def _catch(self, lease: Lease, turn: Turn, kept: Sequence[str]) -> None:
        """Open a ticket. Where that fails the turn is given up, and tried again by the worker within a second: a database
        that starts again must not cost a customer the person who was asked for. Only what was tried too often ends here.
        """
        try:
            await in_thread(steps.catch, lease, turn, kept)
        except LeaseLost:
            raise
        except Exception:
            logger.exception("message %s: no ticket could be made", turn.message_id)
            if turn.is_hopeless:
                return await in_thread(steps.apologise, lease, turn)
            if kept:
                await in_thread(steps.tell_of_help, lease, turn, kept)
            raise

    async def _keep(self, lease: Lease) -> None:
        while True:
            await asyncio.sleep(leases.LEASE_SECONDS / 3)
            try:
                if not await in_thread(leases.renew, lease):
                    return
            except Exception:
                # The lease may now expire; then the commit of the answer notices.
                logger.exception("conversation %s: the turn could not be kept", lease.conversation_id)
