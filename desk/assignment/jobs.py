"""Periodic work: giving tickets out."""

from assignment.giving import distribute
from jobs.registry import periodic


@periodic(seconds=2)
def give_tickets() -> None:
    """Give waiting tickets to who is available, when the organisation wants that."""
    distribute()
