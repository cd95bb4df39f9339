"""What has to be done again and again. An app's module `jobs.py` registers its work here; the worker runs it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Job:
    """Periodic work.

    Attributes:
        name: `<app>.<function>`, unique.
        every_seconds: from the beginning of one run to that of the next.
        run: the work. It may be done twice when a process dies or takes longer than `jobs.runner.LEASE_SECONDS`, so doing
            it again must change nothing.
    """

    name: str
    every_seconds: float
    run: Callable[[], None]


_jobs: dict[str, Job] = {}


def periodic(*, seconds: float) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Have a function run by the worker every so many seconds, by one process at a time."""

    def register(function: Callable[[], None]) -> Callable[[], None]:
        name = f"{function.__module__.rpartition('.')[0]}.{function.__name__}"
        if name in _jobs:
            raise ValueError(f"there are two jobs called {name}")
        _jobs[name] = Job(name, seconds, function)
        return function

    return register


def jobs() -> dict[str, Job]:
    """All registered jobs by name."""
    return dict(_jobs)
