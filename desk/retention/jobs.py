"""Erases every hour what has been kept long enough."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from figures import collect
from jobs.registry import periodic
from retention.purge import BATCH, purge_conversations, purge_tickets

logger = logging.getLogger(__name__)

# Under the lease of a job; what is left goes in the next hour.
_BATCHES = 5


@periodic(seconds=3600)
def purge() -> None:
    """Count first, then erase: a figure that was not taken is lost for good."""
    now = timezone.now()
    if not collect.collect(_BATCHES, now):
        return
    collect.count_conversations()
    tickets, conversations = _all(purge_tickets, now), _all(purge_conversations, now)
    if tickets or conversations:
        logger.info("retention: %s tickets and %s conversations erased", tickets, conversations)


def _all(erase: Callable[[datetime], int], now: datetime) -> int:
    total = 0
    for _ in range(_BATCHES):
        erased = erase(now)
        total += erased
        if erased < BATCH:
            break
    return total
