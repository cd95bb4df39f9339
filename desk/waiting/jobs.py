"""The worker's part in waiting."""

from jobs.registry import periodic
from waiting.service import apologise_to_who_waits_long
from waiting.unanswered import help_who_gets_no_answer


@periodic(seconds=10)
def nobody_picks_up() -> None:
    """Customers who wait longer than the organisation finds right."""
    apologise_to_who_waits_long()


@periodic(seconds=10)
def nobody_answers() -> None:
    """Customers whose employee took the ticket and does not answer."""
    help_who_gets_no_answer()
