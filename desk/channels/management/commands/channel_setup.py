"""`manage.py channel_setup CHANNEL`: tells the vendor where the desk is, or says what to fill in there."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from channels.registry import class_named
from outbox.presentation import problem_text
from outbox.problems import DeliveryProblem


class Command(BaseCommand):
    """For the person who sets a channel up."""

    help = (
        "Connects a messaging channel: registers the webhook at the vendor, or prints what to fill in there."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The channel's name."""
        parser.add_argument("channel")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check the settings, then connect."""
        name = options["channel"]
        found = class_named(name)
        if found is None:
            raise CommandError(f"There is no messaging channel {name!r}.")
        if not found.is_wanted():
            raise CommandError(f"The channel {name} is off: its settings are empty (docs/contracts.md).")
        if faults := list(found.faults()):
            raise CommandError("\n".join(f"{fault.variable}: {fault.sentence}" for fault in faults))
        try:
            self.stdout.write(found().connect(f"{settings.PUBLIC_URL}/webhooks/{name}"))
        except DeliveryProblem as problem:
            raise CommandError(problem_text(name, problem.name, problem.detail)) from problem
