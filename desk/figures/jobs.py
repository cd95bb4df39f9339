"""The figures' periodic work."""

from __future__ import annotations

from django.utils import timezone

from figures import collect
from jobs.registry import periodic

# One run stays well under the lease of a job; the next one goes on where it stopped.
_BATCHES = 10


@periodic(seconds=60)
def tickets() -> None:
    """Bring the figures about tickets up to date."""
    collect.collect(_BATCHES, timezone.now())


@periodic(seconds=300)
def conversations() -> None:
    """Count the conversations of the last days."""
    collect.count_conversations()
