"""Tickets with a history at given moments, for tests of the figures."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from closing.models import Cause, Closing, Outcome
from conversations.models import Conversation, Sender
from conversations.store import begin
from satisfaction.models import Rating
from tickets.models import HistoryEntry, HistoryKind, Reason, Ticket, TicketState

ZONE = ZoneInfo("Europe/Amsterdam")


def at(text: str) -> datetime:
    """A moment as the clock in the Netherlands says, e.g. `2026-11-23T10:00:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def after(moment: str | datetime, seconds: float = 0, **duration: float) -> datetime:
    """So much later."""
    begin = at(moment) if isinstance(moment, str) else moment
    return begin + timedelta(seconds=seconds, **duration)


class Case:
    """A ticket whose history a test writes itself."""

    def __init__(
        self,
        opened: str,
        conversation: Conversation | None = None,
        reason: str = Reason.REQUESTED,
        **fields: Any,
    ) -> None:
        self.conversation = conversation or begin("web")
        self.ticket = Ticket.objects.create(
            conversation=self.conversation, reason=reason, opened_at=at(opened), **fields
        )
        self.entry(HistoryKind.OPENED, at(opened), reason=reason)

    def entry(self, kind: HistoryKind, moment: str | datetime, **detail: Any) -> Case:
        """Something happened."""
        HistoryEntry.objects.create(ticket=self.ticket, kind=kind, at=after(moment), detail=detail)
        return self

    def taken(self, moment: str | datetime) -> Case:
        """An employee took it."""
        return self.entry(HistoryKind.TAKEN, moment)

    def closed(
        self,
        moment: str | datetime,
        outcome: Outcome | None = Outcome.SOLVED,
        cause: Cause | None = None,
        kind: HistoryKind = HistoryKind.CLOSED,
    ) -> Case:
        """It ended; without an outcome when that was not asked."""
        if outcome:
            Closing.objects.create(ticket=self.ticket, at=after(moment), outcome=outcome, cause=cause)
        Ticket.objects.filter(pk=self.ticket.pk).update(state=TicketState.CLOSED, closed_at=after(moment))
        return self.entry(kind, after(moment, 0.01))

    def reopened(self, moment: str | datetime, reason: str = Reason.REQUESTED, **detail: Any) -> Case:
        """The customer wrote again."""
        Ticket.objects.filter(pk=self.ticket.pk).update(state=TicketState.OPEN, closed_at=None)
        return self.entry(HistoryKind.REOPENED, moment, reason=reason, **detail)

    def wrote(self, moment: str | datetime) -> Case:
        """The customer wrote something."""
        self.conversation.messages.create(sender=Sender.CUSTOMER, text="Hallo?", at=after(moment))
        return self

    def rated(self, moment: str | datetime, score: int) -> Case:
        """The customer said how satisfied they were."""
        Rating.objects.create(ticket=self.ticket, at=after(moment), score=score)
        return self.entry(HistoryKind.RATED, moment, score=score)
