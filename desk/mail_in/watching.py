"""Is the mailbox read? When it is not, customers mail and nobody sees it: supervisors and the operator must know."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from health.heartbeat import beat, last_beat
from health.metrics import register_gauge
from mail_in.settings import is_fetched

MAILBOX = "mailbox"
# The worker looks every 20 s; a mail server that starts again takes no longer than this.
PATIENCE = timedelta(minutes=5)


def register() -> None:
    """Show it on `/metrics` (docs/contracts.md, section 5)."""
    register_gauge(
        "desk_mailbox_unread_seconds",
        "How long ago the mailbox was last read without trouble; +Inf for never, 0 without a mailbox.",
        unread_seconds,
    )


def note_read() -> None:
    """The mailbox was read just now, and no mail in it gave trouble. Raises `django.db.DatabaseError`."""
    beat(MAILBOX)


def unread_seconds() -> float:
    """How long ago it was last read; infinite for never, 0 when there is no mailbox to read."""
    if not is_fetched():
        return 0
    last = last_beat(MAILBOX)
    return max((timezone.now() - last).total_seconds(), 0) if last else float("inf")


def is_read() -> bool:
    """Was it read in the last minutes, or is there none?"""
    return unread_seconds() <= PATIENCE.total_seconds()
