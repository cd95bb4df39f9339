"""Periodic work: run when due, by one process at a time, and again after a failure."""

import asyncio
import threading
from datetime import timedelta

import pytest
from django.utils import timezone

from jobs import registry, runner
from jobs.models import JobRun
from jobs.registry import Job
from jobs.runner import LEASE_SECONDS, run_if_due, run_jobs

pytestmark = pytest.mark.django_db


def make_due(name: str) -> None:
    JobRun.objects.filter(pk=name).update(due_at=timezone.now())


def test_a_job_runs_once_in_its_period() -> None:
    runs: list[int] = []
    job = Job("test.count", 60, lambda: runs.append(1))
    assert run_if_due(job)
    assert not run_if_due(job)
    make_due(job.name)
    assert run_if_due(job)
    assert len(runs) == 2


def test_a_job_that_is_running_is_not_started_again() -> None:
    inside: list[bool] = []
    job = Job("test.nested", 0, lambda: inside.append(run_if_due(job)))
    assert run_if_due(job)
    assert inside == [False]


def test_a_job_whose_process_died_is_taken_up_and_the_dead_one_ends_nothing() -> None:
    def die() -> None:
        # Its lease runs out while it hangs, and another process begins.
        make_due("test.dead")
        assert run_if_due(Job("test.dead", 600, lambda: None))

    run_if_due(Job("test.dead", 0, die))
    left = JobRun.objects.get(pk="test.dead").due_at - timezone.now()
    assert left > timedelta(seconds=LEASE_SECONDS)


def test_a_failure_is_counted_logged_and_tried_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail() -> None:
        raise LookupError

    job = Job("test.failing", 60, fail)
    run_if_due(job)
    run = JobRun.objects.get(pk=job.name)
    assert (run.failures, run.finished_at, run.owner) == (1, None, "")
    assert "job test.failing failed" in caplog.text
    make_due(job.name)
    assert run_if_due(Job(job.name, 60, lambda: None))
    run.refresh_from_db()
    assert run.failures == 0
    assert run.finished_at is not None


def test_two_jobs_with_one_name_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_jobs", {})

    def work() -> None: ...

    registry.periodic(seconds=1)(work)
    with pytest.raises(ValueError, match="two jobs"):
        registry.periodic(seconds=1)(work)


@pytest.mark.django_db(transaction=True)
def test_a_slow_job_does_not_keep_another_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    may_end, other_ran = threading.Event(), threading.Event()
    slow = Job("test.slow", 60, lambda: may_end.wait(60) and None)
    quick = Job("test.quick", 60, other_ran.set)
    monkeypatch.setattr(runner, "jobs", lambda: {job.name: job for job in (slow, quick)})

    async def scenario() -> bool:
        stop = asyncio.Event()
        worker = asyncio.create_task(run_jobs(stop))
        ran = await asyncio.to_thread(other_ran.wait, 60)
        may_end.set()
        stop.set()
        await worker
        return ran

    assert asyncio.run(scenario())
