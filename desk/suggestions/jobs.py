"""The worker's part in suggestions."""

from jobs.registry import periodic
from suggestions.index import index_solved_tickets


@periodic(seconds=20)
def index_tickets() -> None:
    """Tickets that were solved since the last round."""
    index_solved_tickets()
