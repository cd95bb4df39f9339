"""How long customers waited lately, measured: nothing is estimated from less than the organisation finds enough (R12)."""

from __future__ import annotations

import statistics
from datetime import datetime, timedelta

from django.core.cache import cache
from django.utils import timezone

from organisation import business_time
from organisation.loader import current
from organisation.service import service
from tickets.models import Ticket

# The latest tickets tell how busy it is now; older ones than this tell how busy it was.
_LATEST = 20
_NOT_OLDER = timedelta(days=14)
# Tickets that came in while the desk was closed are skipped, so more are read than are counted.
_READ = 60
_KEPT_SECONDS = 15
_CACHE_KEY = "waiting.measured"


def usual_wait(priority: int) -> timedelta | None:
    """The median of how long customers with this priority waited before an employee took their ticket; None when too few
    were measured. Worked out at most four times a minute, however many customers look."""
    key = f"{_CACHE_KEY}.{priority}"
    seconds: float | None = cache.get_or_set(key, lambda: _seconds(priority, timezone.now()), _KEPT_SECONDS)
    return None if seconds is None or seconds < 0 else timedelta(seconds=seconds)


def waits(priority: int, at: datetime) -> list[timedelta]:
    """The latest measured waits before a moment, newest first: of chats that were asked for in opening hours."""
    hours = current().opening_hours
    taken = Ticket.objects.filter(
        priority=priority, taken_at__gt=at - _NOT_OLDER, taken_at__lte=at, conversation__is_live=True
    )
    moments = taken.order_by("-taken_at").values_list("queued_at", "taken_at")[:_READ]
    measured = [
        business_time.between(hours, queued_at, taken_at)
        for queued_at, taken_at in moments
        if taken_at is not None and hours.is_open(queued_at)
    ]
    return measured[:_LATEST]


def _seconds(priority: int, at: datetime) -> float:
    """The median in seconds; negative when there is none, because a cache cannot tell None from nothing."""
    measured = waits(priority, at)
    if len(measured) < service().waiting_minimum_measurements:
        return -1.0
    return statistics.median(wait.total_seconds() for wait in measured)
