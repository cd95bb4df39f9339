"""`manage.py refresh_figures`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from figures import collect


class Command(BaseCommand):
    """Brings the figures up to date at once; the worker does it every minute."""

    help = "Counts every ticket and conversation that has changed, e.g. after tickets were brought over."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until everything is counted."""
        while not collect.collect(10, timezone.now()):
            self.stdout.write(".", ending="")
        collect.count_conversations()
        self.stdout.write("figures are up to date")
