"""`manage.py outbox_test`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from outbox.destinations import destination_of
from outbox.models import DestinationName
from outbox.presentation import problem_text
from outbox.problems import DeliveryProblem
from outbox.settings import faults, wanted


class Command(BaseCommand):
    """Sends a trial to one destination."""

    help = "Sends a trial to one destination and says what is wrong when it does not arrive."

    def add_arguments(self, parser: CommandParser) -> None:
        """The command line."""
        parser.add_argument("destination", choices=DestinationName.values)

    def handle(self, *args: Any, **options: Any) -> None:
        """Send it. Raises `CommandError` with what is wrong."""
        name = DestinationName(options["destination"])
        if name not in wanted():
            raise CommandError(f"{name} is not set up: its first variable is empty (docs/outbox.md).")
        if wrong := faults(name):
            raise CommandError("\n".join(f"{fault.variable}: {fault.sentence}" for fault in wrong))
        try:
            self.stdout.write(destination_of(name).try_out())
        except DeliveryProblem as problem:
            raise CommandError(problem_text(name, problem.name, problem.detail)) from problem
