"""`manage.py export_customer`."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from retention.customer import KnownBy, export, find


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
        if not kept.tickets:
            raise CommandError("Nothing is kept about this customer.")
        self.stdout.write(json.dumps(export(kept), ensure_ascii=False, indent=2))
