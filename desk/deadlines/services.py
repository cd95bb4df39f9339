"""Keeps the deadlines of a ticket right, in the transaction of what happens: each follows from the ticket's history, and
the next answer from what customer and employee write."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.models.signals import post_save

from conversations.models import WITH_A_PERSON, Message, Sender
from deadlines.models import Deadline, DeadlineKind
from deadlines.targets import moments
from organisation.business_time import NeverOpen, between
from organisation.loader import current
from satisfaction.assistant import is_goodbye
from tickets.models import HistoryEntry, HistoryKind, Priority, Ticket

# Words. In more of them something may be asked as well: better an apology too many than a customer whom nobody answers.
_LONGEST_THANKS = 3


def _begin(entry: HistoryEntry) -> None:
    for kind in (DeadlineKind.FIRST_ANSWER, DeadlineKind.SOLUTION):
        _start(kind, entry.ticket, entry.at)


def _start(kind: DeadlineKind, ticket: Ticket, at: datetime) -> None:
    try:
        due, warn = moments(kind, Priority(ticket.priority), at, timedelta())
    except NeverOpen:
        return  # nobody can keep a target where nobody works
    values = {"started_at": at, "paused": timedelta(), "due_at": due, "warn_at": warn}
    fresh = {"ended_at": None, "escalated_at": None, "customer_told_at": None}
    Deadline.objects.update_or_create(ticket=ticket, kind=kind, defaults={**values, **fresh})


def _owe_answer(ticket: Ticket, at: datetime) -> None:
    """The customer waits for an answer from now on, unless that was so already or the ticket is put aside."""
    if ticket.answered_at is None or ticket.snoozed_until is not None:
        return
    is_running = ticket.deadlines.filter(kind=DeadlineKind.NEXT_ANSWER, ended_at=None).exists()
    if not is_running:
        _start(DeadlineKind.NEXT_ANSWER, ticket, at)


def _promised(entry: HistoryEntry) -> None:
    """The customer was told that somebody goes on with the question now."""
    _owe_answer(entry.ticket, entry.at)


def _heard(entry: HistoryEntry) -> None:
    """The customer was called, or told when the employee goes on."""
    running = entry.ticket.deadlines.filter(kind=DeadlineKind.NEXT_ANSWER, ended_at=None)
    running.update(ended_at=entry.at)


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
    if entry.detail.get("cause") != "employee":
        _promised(entry)


def _move(deadline: Deadline, ticket: Ticket) -> None:
    kind, priority = DeadlineKind(deadline.kind), Priority(ticket.priority)
    deadline.due_at, deadline.warn_at = moments(kind, priority, deadline.started_at, deadline.paused)
    deadline.save(update_fields=["paused", "due_at", "warn_at"])


_FOLLOWS: dict[str, tuple[Callable[[HistoryEntry], None], ...]] = {
    HistoryKind.OPENED: (_begin,),
    HistoryKind.REOPENED: (_begin,),
    HistoryKind.PRIORITY_CHANGED: (_count_anew,),
    HistoryKind.TRANSFERRED: (_count_anew, _promised),
    HistoryKind.MERGED: (_count_anew, _promised),
    HistoryKind.DETAILS_ADDED: (_count_anew,),
    HistoryKind.ANSWERED: (_answered,),
    HistoryKind.CALLED: (_heard,),
    HistoryKind.SNOOZED: (_heard,),
    HistoryKind.WOKEN: (_go_on,),
    HistoryKind.HANDED_BACK: (_ended,),
    HistoryKind.CLOSED: (_ended,),
    HistoryKind.MERGED_INTO: (_ended,),
}


def follow(sender: type[HistoryEntry], instance: HistoryEntry, created: bool, **kwargs: Any) -> None:
    """Receiver of a new history entry."""
    if created:
        for step in _FOLLOWS.get(instance.kind, ()):
            step(instance)


def _is_thanks(text: str) -> bool:
    return len(text.split()) <= _LONGEST_THANKS and is_goodbye(text)


def follow_words(sender: type[Message], instance: Message, created: bool, **kwargs: Any) -> None:
    """Receiver of a new message: what a customer writes to a person asks for an answer, what an employee writes is one.

    Thanks and goodbye ask for nothing.
    """
    if not created or instance.conversation.state not in WITH_A_PERSON:
        return
    if instance.sender == Sender.EMPLOYEE:
        owed = Deadline.objects.filter(kind=DeadlineKind.NEXT_ANSWER, ended_at=None)
        owed.filter(ticket__conversation=instance.conversation_id).update(ended_at=instance.at)
    elif instance.sender == Sender.CUSTOMER and not _is_thanks(instance.text):
        ticket = instance.conversation.tickets.not_closed().first()
        if ticket is not None:
            _owe_answer(ticket, instance.at)


def connect() -> None:
    """Begin to follow."""
    post_save.connect(follow, sender=HistoryEntry, dispatch_uid="deadlines.follow")
    post_save.connect(follow_words, sender=Message, dispatch_uid="deadlines.follow_words")
