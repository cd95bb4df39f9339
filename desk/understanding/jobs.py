"""The worker's part in understanding."""

from jobs.registry import periodic
from understanding.service import understand_open_tickets


@periodic(seconds=3)
def understand() -> None:
    """Messages of open tickets that the assistant has not been asked about."""
    understand_open_tickets()
