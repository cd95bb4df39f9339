"""The outbox's periodic work: one job for each destination, so that one that hangs keeps up no other."""

from __future__ import annotations

from collections.abc import Callable

from jobs.registry import periodic
from outbox.models import DestinationName
from outbox.sending import deliver_waiting
from outbox.settings import wanted

_EVERY_SECONDS = 2.0


def _job(name: DestinationName) -> Callable[[], None]:
    def run() -> None:
        deliver_waiting(name)

    run.__name__ = f"deliver_{name}"
    return run


for _name in wanted():
    periodic(seconds=_EVERY_SECONDS)(_job(_name))
