"""Periodic work on deadlines."""

from deadlines.escalation import escalate_due
from jobs.registry import periodic


@periodic(seconds=15)
def escalate() -> None:
    """Supervisors hear of what is about to be late."""
    escalate_due()
