"""Periodic work on tickets."""

from jobs.registry import periodic
from tickets.snooze import wake_due


@periodic(seconds=5)
def wake_snoozed() -> None:
    """Tickets whose moment has come ask for attention again."""
    wake_due()
