"""Keeps the deadlines of a ticket right: each follows from the ticket's history, in the same transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models.signals import post_save

from deadlines.models import Deadline, DeadlineKind
from deadlines.targets import moments
from organisation.business_time import NeverOpen, between
from organisation.loader import current
from tickets.models import HistoryEntry, HistoryKind, Priority, Ticket


def _begin(entry: HistoryEntry) -> None:
    for kind in DeadlineKind:
        try:
            due, warn = moments(kind, Priority(entry.ticket.priority), entry.at, timedelta())
        except NeverOpen:
            continue  # nobody can keep a target where nobody works
        values = {"started_at": entry.at, "paused": timedelta(), "due_at": due, "warn_at": warn}
        Deadline.objects.update_or_create(
            ticket=entry.ticket, kind=kind, defaults={**values, "ended_at": None, "escalated_at": None}
        )


def _count_anew(entry: HistoryEntry) -> None:
    for deadline in entry.ticket.deadlines.filter(ended_at=None):
        _move(deadline, entry.ticket)


def _answered(entry: HistoryEntry) -> None:
    running = entry.ticket.deadlines.filter(kind=DeadlineKind.FIRST_ANSWER, ended_at=None)
    running.update(ended_at=entry.at)


def _ended(entry: HistoryEntry) -> None:
    entry.ticket.deadlines.filter(ended_at=None).update(ended_at=entry.at)


def _go_on(entry: HistoryEntry) -> None:
    """A ticket that was put aside comes back: what passed meanwhile does not count for the solution."""
    aside = entry.ticket.history.filter(kind=HistoryKind.SNOOZED, pk__lt=entry.pk).last()
    running = entry.ticket.deadlines.filter(kind=DeadlineKind.SOLUTION, ended_at=None).first()
    if aside is not None and running is not None:
        running.paused += between(current().opening_hours, aside.at, entry.at)
        _move(running, entry.ticket)


def _move(deadline: Deadline, ticket: Ticket) -> None:
    kind, priority = DeadlineKind(deadline.kind), Priority(ticket.priority)
    deadline.due_at, deadline.warn_at = moments(kind, priority, deadline.started_at, deadline.paused)
    deadline.save(update_fields=["paused", "due_at", "warn_at"])


_FOLLOWS: dict[str, Callable[[HistoryEntry], None]] = {
    HistoryKind.OPENED: _begin,
    HistoryKind.REOPENED: _begin,
    HistoryKind.PRIORITY_CHANGED: _count_anew,
    HistoryKind.TRANSFERRED: _count_anew,
    HistoryKind.MERGED: _count_anew,
    HistoryKind.DETAILS_ADDED: _count_anew,
    HistoryKind.ANSWERED: _answered,
    HistoryKind.WOKEN: _go_on,
    HistoryKind.HANDED_BACK: _ended,
    HistoryKind.CLOSED: _ended,
    HistoryKind.MERGED_INTO: _ended,
}


def follow(sender: type[HistoryEntry], instance: HistoryEntry, created: bool, **kwargs: Any) -> None:
    """Receiver of a new history entry."""
    if created and (step := _FOLLOWS.get(instance.kind)) is not None:
        step(instance)


def connect() -> None:
    """Begin to follow."""
    post_save.connect(follow, sender=HistoryEntry, dispatch_uid="deadlines.follow")
