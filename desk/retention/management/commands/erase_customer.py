"""`manage.py erase_customer`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from mail_in.mailbox import ASIDE, DONE
from mail_in.originals import put_aside_folder
from organisation.service import service
from retention.customer import KnownBy, StillOpen, erase, find
from retention.tracker_store import NotReached


class Command(BaseCommand):
    """Erases what the desk keeps about one customer; says first what that is."""

    help = "Erase everything about one customer, e.g. `erase_customer email klant@example.nl --yes`."

    def add_arguments(self, parser: CommandParser) -> None:
        """How the customer is known, the value, and `--yes`."""
        parser.add_argument("known_by", choices=list(KnownBy))
        parser.add_argument("value")
        parser.add_argument("--yes", action="store_true", help="erase; without it only say what would go")

    def handle(self, *args: Any, **options: Any) -> None:
        """Erase it, with `--yes`."""
        kept = find(KnownBy(options["known_by"]), options["value"])
        if not (kept.tickets or kept.conversations):
            raise CommandError("Nothing is kept about this customer.")
        numbers = ", ".join(ticket.number for ticket in kept.tickets) or "no tickets"
        what = f"{numbers} and {len(kept.conversations)} conversation(s)"
        if not options["yes"]:
            self.stdout.write(f"Would erase {what}. Add --yes to do it; it cannot be undone.")
            return
        try:
            erase(kept)
        except StillOpen as error:
            raise CommandError(f"{error} is not closed yet. Close it first; nothing was erased.") from error
        except NotReached as error:
            raise CommandError(
                f"The assistant's tracker store cannot be reached ({error}); nothing was erased."
            ) from error
        self.stdout.write(
            f"Erased {what}. Tickets in other systems and mails that were sent stay there. So do the customer's own mails: "
            f"in the mailbox ({DONE}, {ASIDE}) and in {put_aside_folder()} for {service().keep_conversations_days} days "
            "after they came in. Remove them there by hand if they must go now."
        )
