"""Runs what is due. Several workers share the work: of one job, one of them runs it at a time."""

from __future__ import annotations

import asyncio
import logging
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError
from django.db.models import F
from django.utils import timezone

from config.connections import kept_connections
from jobs.models import JobRun
from jobs.registry import Job, jobs

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
# A job whose process died is taken up by another after this time.
LEASE_SECONDS = 30.0


def run_if_due(job: Job) -> bool:
    """Run a job unless it is not due yet or another process runs it; was it run? What it raises is logged."""
    started = timezone.now()
    owner = _claim(job, started)
    if owner is None:
        return False
    try:
        job.run()
    except Exception:
        logger.exception("job %s failed", job.name)
        changes: dict[str, Any] = {"failures": F("failures") + 1}
    else:
        changes = {"failures": 0, "finished_at": timezone.now()}
    due = started + timedelta(seconds=job.every_seconds)
    JobRun.objects.filter(pk=job.name, owner=owner).update(owner="", due_at=due, **changes)
    return True


def _claim(job: Job, now: datetime) -> str | None:
    """The name of this run, or None when it is not due."""
    owner = str(uuid.uuid4())
    JobRun.objects.get_or_create(pk=job.name, defaults={"due_at": now})
    until = now + timedelta(seconds=LEASE_SECONDS)
    claimed = JobRun.objects.filter(pk=job.name, due_at__lte=now).update(owner=owner, due_at=until)
    return owner if claimed else None


async def run_jobs(stop: asyncio.Event) -> None:
    """Run every registered job when it is due, until `stop` is set. A slow job does not keep the others waiting."""
    registered = jobs()
    loop = asyncio.get_running_loop()
    running: dict[str, asyncio.Future[None]] = {}
    # Threads of their own: a job that waits for another system must not hold up a customer's turn.
    with ThreadPoolExecutor(max_workers=4, thread_name_prefix="desk-job") as threads:
        while not stop.is_set():
            for name in await loop.run_in_executor(threads, _due, registered):
                if name not in running or running[name].done():
                    running[name] = loop.run_in_executor(threads, _run_in_thread, registered[name])
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await stop.wait()
            except TimeoutError:
                continue


def _due(registered: dict[str, Job]) -> list[str]:
    """The jobs that have to run now, those that never ran among them."""
    try:
        with kept_connections():
            waiting = set(JobRun.objects.filter(due_at__gt=timezone.now()).values_list("name", flat=True))
    except DatabaseError as error:
        logger.warning("the database cannot be read: %s", type(error).__name__)
        return []
    return [name for name in registered if name not in waiting]


def _run_in_thread(job: Job) -> None:
    try:
        with kept_connections():
            run_if_due(job)
    except DatabaseError as error:
        logger.warning("job %s could not be claimed or ended: %s", job.name, type(error).__name__)
