"""The worker's part in asking about satisfaction."""

from django.utils import timezone

from jobs.registry import periodic
from satisfaction.assistant import ask_who_is_quiet


@periodic(seconds=60)
def quiet_customers() -> None:
    """Who has not written for a while after an answer of the assistant."""
    ask_who_is_quiet(timezone.now())
