"""`manage.py export_customer`."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from retention.customer import KnownBy, export, find
from retention.tracker_store import NotReached


class Command(BaseCommand):
    """Prints what the desk keeps about one customer, as JSON."""

    help = "Everything about one customer, e.g. `export_customer email klant@example.nl > klant.json`."

    def add_arguments(self, parser: CommandParser) -> None:
        """How the customer is known, and the value."""
        parser.add_argument("known_by", choices=list(KnownBy))
        parser.add_argument("value")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it."""
        kept = find(KnownBy(options["known_by"]), options["value"])
        if not (kept.tickets or kept.conversations):
            raise CommandError("Nothing is kept about this customer.")
        try:
            found = export(kept)
        except NotReached as error:
            raise CommandError(f"The assistant's tracker store cannot be reached ({error}).") from error
        self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2))
