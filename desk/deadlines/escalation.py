"""Tells supervisors of what is about to be late: once per deadline."""

from __future__ import annotations

import logging

from django.db import DatabaseError
from django.utils import timezone

from conversations.store import note_news
from deadlines.models import Deadline, DeadlineQuerySet
from tickets.models import HistoryKind, Ticket
from tickets.services import locked_ticket

logger = logging.getLogger(__name__)


def escalate_due() -> int:
    """Escalate every running deadline whose moment to warn has come; how many. What fails is logged and tried again."""
    escalated = 0
    for pk, ticket_id in list(_to_warn_of().values_list("pk", "ticket_id")):
        try:
            with locked_ticket(ticket_id) as ticket:
                # Looked up again under the lock: meanwhile it may have been done, moved or escalated.
                deadline = _to_warn_of().filter(pk=pk).first()
                if deadline is None:
                    continue
                deadline.escalated_at = timezone.now()
                deadline.save(update_fields=["escalated_at"])
                detail = {"deadline": deadline.kind, "due_at": deadline.due_at.isoformat(timespec="seconds")}
                ticket.history.create(kind=HistoryKind.ESCALATED, detail=detail)
                note_news(ticket.conversation)
                escalated += 1
        except (Ticket.DoesNotExist, DatabaseError):
            logger.warning("deadline %s could not be escalated", pk, exc_info=True)
    return escalated


def escalated_tickets() -> int:
    """How many tickets supervisors have to look at."""
    return Deadline.objects.escalated().values("ticket").distinct().count()


def _to_warn_of() -> DeadlineQuerySet:
    return Deadline.objects.running().filter(escalated_at=None, warn_at__lte=timezone.now())
