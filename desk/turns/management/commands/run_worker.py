"""`manage.py run_worker`."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from prometheus_client import start_http_server

from config.service import serving
from health.metrics import process_registry
from jobs.runner import run_jobs
from turns.worker import sweep


class Command(BaseCommand):
    """The background worker."""

    help = "Answers messages that no web process is answering, and does periodic work. Runs until it is interrupted."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until SIGINT or SIGTERM."""
        if settings.WORKER_METRICS_PORT:
            start_http_server(settings.WORKER_METRICS_PORT, "127.0.0.1", process_registry)
        asyncio.run(self._run())

    async def _run(self) -> None:
        stop = asyncio.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(name, stop.set)
        async with serving() as runner:
            self.stdout.write("worker ready")
            await asyncio.gather(sweep(runner, stop), run_jobs(stop))
