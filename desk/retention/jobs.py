"""Erases every hour what has been kept long enough."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from figures import collect
from jobs.registry import periodic
from organisation.service import service
from retention import tracker_store
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
    tickets = _until_done(lambda: purge_tickets(now))
    try:
        conversations = _until_done(lambda: purge_conversations(now))
    except tracker_store.NotReached as error:
        logger.warning(
            "retention: conversations wait, the assistant's tracker store cannot be reached (%s)", error
        )
        conversations = 0
    if tickets or conversations:
        logger.info("retention: %s tickets and %s conversations erased", tickets, conversations)


@periodic(seconds=86_400)
def purge_assistant() -> None:
    """What the assistant remembers of conversations that the desk does not know, or no longer."""
    since = timezone.now() - timedelta(days=service().keep_conversations_days)
    try:
        erased = _until_done(lambda: tracker_store.forget_quiet(since, BATCH))
    except tracker_store.NotReached as error:
        logger.warning("retention: the assistant's tracker store cannot be reached (%s)", error)
        return
    if erased:
        logger.info("retention: the assistant forgot %s conversations", erased)


def _until_done(erase: Callable[[], int]) -> int:
    total = 0
    for _ in range(_BATCHES):
        erased = erase()
        total += erased
        if erased < BATCH:
            break
    return total
