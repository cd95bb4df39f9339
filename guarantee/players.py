"""Who plays the conversations: this process, or several processes that each have loaded the assistant."""

from __future__ import annotations

import functools
import logging
import multiprocessing
import os
import warnings
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, TypeVar

from guarantee.servers import DeskAddress
from guarantee.world import World

_Job = TypeVar("_Job")
_Result = TypeVar("_Result")

# Each holds a model: a gigabyte.
_MOST_PROCESSES = 4


class Players(Protocol):
    """Do jobs with the assistant. What a job finds depends on the job alone, not on who does it or what was done before."""

    def each(self, do: Callable[[World, _Job], _Result], jobs: Iterable[_Job]) -> Iterator[_Result]:
        """The results in the order of the jobs."""


class OneProcess:
    """This process does every job itself."""

    def __init__(self, world: World) -> None:
        self._world = world

    def each(self, do: Callable[[World, _Job], _Result], jobs: Iterable[_Job]) -> Iterator[_Result]:
        """See `Players`."""
        return (do(self._world, job) for job in jobs)


class ManyProcesses:
    """Several processes share the jobs; `do`, jobs and results are pickled on their way."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool

    def each(self, do: Callable[[World, _Job], _Result], jobs: Iterable[_Job]) -> Iterator[_Result]:
        """See `Players`."""
        return self._pool.map(functools.partial(_do, do), jobs)


@contextmanager
def many_processes(model: Path, desk: DeskAddress, silent_url: str) -> Iterator[ManyProcesses]:
    """As many as there are processors. Each loads the model when the first job comes; that takes some ten seconds."""
    count = min(os.cpu_count() or 1, _MOST_PROCESSES)
    pool = ProcessPoolExecutor(count, multiprocessing.get_context("spawn"), _load, (model, desk, silent_url))
    try:
        yield ManyProcesses(pool)
    finally:
        # Who ends it early does not want what is still to be done.
        pool.shutdown(cancel_futures=True)


_here: list[World] = []


def _load(model: Path, desk: DeskAddress, silent_url: str) -> None:
    """In each process of the pool, before its first job."""
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    _here.append(World.load(model, desk, silent_url))


def _do(do: Callable[[World, _Job], _Result], job: _Job) -> _Result:
    return do(_here[0], job)
