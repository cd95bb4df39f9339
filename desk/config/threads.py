"""Runs database work of coroutines in threads of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from config.connections import kept_connections

P = ParamSpec("P")
T = TypeVar("T")

# Not Django's thread per request: a stream lives for minutes, and would keep a thread and a connection all that time.
_executor = ThreadPoolExecutor(max_workers=8, thread_name_prefix="desk-database")


async def in_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a function that uses the database, without blocking the event loop. What it raises is raised here."""
    return await asyncio.get_running_loop().run_in_executor(
        _executor, partial(_run, partial(function, *args, **kwargs))
    )


def _run(work: Callable[[], T]) -> T:
    with kept_connections():
        return work()
