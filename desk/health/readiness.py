"""Which parts work, looked at seldom enough that the looking cannot be used to load them."""

from __future__ import annotations

import asyncio
import logging
from typing import Any
from weakref import WeakKeyDictionary

import httpx
from django.db import DatabaseError

from health.components import LONGEST_CHECK_SECONDS, Check, Down, checks

logger = logging.getLogger(__name__)

FRESH_SECONDS = 5.0


class Readiness:
    """What one event loop knows about the parts.

    However many ask at once, and however often, every part is looked at once in `FRESH_SECONDS`, and no look takes longer
    than `LONGEST_CHECK_SECONDS`.
    """

    def __init__(self, parts: dict[str, Check]) -> None:
        """`parts` as `components.checks` gives them."""
        self._parts = parts
        self._looks: dict[str, asyncio.Future[None]] = {}
        self._known: dict[str, str] = {}
        self._look: asyncio.Task[dict[str, str]] | None = None
        self._fresh_until = 0.0

    async def report(self) -> dict[str, Any]:
        """The JSON of `/readyz` (docs/contracts.md, section 5)."""
        clock = asyncio.get_running_loop().time
        if self._look is None or (self._look.done() and clock() >= self._fresh_until):
            self._look = asyncio.create_task(self._look_at_all())
        found = await asyncio.shield(self._look)
        broken = {name for name, problem in found.items() if problem}
        status = "down" if "database" in broken else "degraded" if broken else "ok"
        return {"status": status, "components": {name: _entry(problem) for name, problem in found.items()}}

    async def _look_at_all(self) -> dict[str, str]:
        problems = await asyncio.gather(*(self._look_at(name) for name in self._parts))
        found = dict(zip(self._parts, problems, strict=True))
        for name, problem in found.items():
            if problem != self._known.get(name, ""):
                logger.warning("component %s: %s", name, problem or "ok again")
        self._known = found
        self._fresh_until = asyncio.get_running_loop().time() + FRESH_SECONDS
        return found

    async def _look_at(self, name: str) -> str:
        """What is wrong with a part, in a word; empty when it works."""
        look = self._looks.get(name)
        if look is None or look.done():
            # A look that hangs (a database that is stopped holds its thread) is waited for, not joined by more of them.
            look = self._looks[name] = asyncio.ensure_future(self._parts[name]())
            # What a look that came too late has to say is not news any more.
            look.add_done_callback(lambda done: done.cancelled() or done.exception())
        await asyncio.wait({look}, timeout=LONGEST_CHECK_SECONDS)
        if not look.done():
            return "too_late"
        return _problem(name, look.exception())


def _problem(name: str, error: BaseException | None) -> str:
    if error is None:
        return ""
    if isinstance(error, Down):
        return str(error)
    if isinstance(error, httpx.TimeoutException):
        return "too_late"
    if not isinstance(error, httpx.HTTPError | DatabaseError):
        logger.error("component %s: the check itself failed", name, exc_info=error)
    return "no_answer"


def _entry(problem: str) -> dict[str, str]:
    return {"status": "down", "why": problem} if problem else {"status": "ok"}


_known: WeakKeyDictionary[asyncio.AbstractEventLoop, Readiness] = WeakKeyDictionary()


def current_readiness() -> Readiness:
    """What the running event loop knows."""
    loop = asyncio.get_running_loop()
    if loop not in _known:
        _known[loop] = Readiness(checks())
    return _known[loop]
