"""`manage.py weekly_feedback`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.template.loader import render_to_string
from django.utils import timezone, translation

from feedback.report import feedback_of
from feedback.week import parse_week, week_of, word_for


class Command(BaseCommand):
    """Prints the weekly feedback as plain text, e.g. to be mailed by the system's scheduler."""

    help = "The avoidable contact of one week, for the organisation. By default the last whole week."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--week 2026-W48`."""
        parser.add_argument("--week", default=word_for(week_of(timezone.localdate()).before))

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it."""
        try:
            week = parse_week(options["week"])
        except ValueError as error:
            raise CommandError(f"{options['week']!r} is not a week; write it as 2026-W48.") from error
        context = {"week": week, "word": word_for(week), "rows": feedback_of(week)}
        with translation.override("nl"):
            self.stdout.write(render_to_string("feedback/weekly.txt", context, using="text"))
