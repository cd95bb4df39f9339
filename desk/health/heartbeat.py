"""Signs of life in the database, which every process and every machine can see."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from health.models import Heartbeat

WORKER = "worker"
# Whoever looks whether the database can be written to.
WRITE_TEST = "write_test"
BEAT_SECONDS = 5.0
# Three missed: a worker that is only busy is not called dead.
OLDEST_SECONDS = 3 * BEAT_SECONDS


def beat(name: str) -> None:
    """This part works. Raises `DatabaseError` when that cannot be written down."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": timezone.now()})


def last_beat(name: str) -> datetime | None:
    """When this part gave its last sign; None when it never did."""
    return Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()


def is_alive(name: str) -> bool:
    """Whether this part gave a sign in the last `OLDEST_SECONDS`."""
    last = last_beat(name)
    return last is not None and last >= timezone.now() - timedelta(seconds=OLDEST_SECONDS)
