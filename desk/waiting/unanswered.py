"""Customers whose employee does not answer: they are told, can choose another way, and go to a colleague when the employee
is away. Supervisors were told before that (`deadlines.escalation`)."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import DatabaseError
from django.db.models import Q
from django.utils import timezone

from conversations.models import Sender
from conversations.store import tell
from deadlines.models import Deadline, DeadlineKind, DeadlineQuerySet
from deadlines.targets import target
from organisation.business_time import between
from organisation.loader import current
from presence.models import Presence, Status, status_of
from tickets.models import Priority, Ticket, TicketState
from tickets.services import locked_ticket
from tickets.transfer import put_back_in
from waiting.models import Apology
from waiting.standing import offered

logger = logging.getLogger(__name__)

_MOST_PER_ROUND = 200


def help_who_gets_no_answer() -> None:
    """Do what there is to do about every answer that is late, in opening hours. What fails is logged and tried again."""
    now = timezone.now()
    if not current().opening_hours.is_open(now):
        return
    there = Presence.objects.at_the_desk(now).exclude(choice=Status.AWAY)
    to_do = Q(customer_told_at=None) | ~Q(ticket__employee__in=there.values("pk"))
    late = _late(now).filter(to_do).order_by("due_at")
    for pk, ticket_id in list(late.values_list("pk", "ticket_id")[:_MOST_PER_ROUND]):
        try:
            with locked_ticket(ticket_id) as ticket:
                # Looked up again under the lock: meanwhile it may have been answered, closed or put back.
                deadline = _late(now).filter(pk=pk).first()
                if deadline is not None and _had_time(ticket, deadline, now):
                    _help(ticket, deadline, now)
        except (Ticket.DoesNotExist, DatabaseError):
            logger.warning("ticket %s without an answer could not be helped on", ticket_id, exc_info=True)


def _late(now: datetime) -> DeadlineQuerySet:
    """Answers that are due on tickets that an employee has and has not put aside."""
    has = Q(ticket__state=TicketState.ASSIGNED, ticket__snoozed_until=None)
    return Deadline.objects.answers().filter(has, due_at__lte=now)


def _had_time(ticket: Ticket, deadline: Deadline, now: datetime) -> bool:
    """Did the employee have the whole target? Who takes what has waited for long is not late at once."""
    since = max(deadline.started_at, ticket.taken_at or deadline.started_at)
    had = between(current().opening_hours, since, now)
    return had >= target(DeadlineKind(deadline.kind), Priority(ticket.priority))


def _help(ticket: Ticket, deadline: Deadline, now: datetime) -> None:
    employee = ticket.employee
    is_away = employee is None or status_of(employee, now) == Status.AWAY
    if deadline.customer_told_at is not None and not is_away:
        return
    Deadline.objects.filter(pk=deadline.pk).update(customer_told_at=now)
    if is_away:
        put_back_in(ticket, since=deadline.started_at, cause="away")
        # What the customer is told now is the apology for this time in the queue.
        Apology.objects.update_or_create(ticket=ticket, defaults={"queued_at": ticket.queued_at})
    conversation = ticket.conversation
    if conversation.is_live:
        values = {
            "name": employee.shown_name if employee else "",
            "number": ticket.number,
            "ways": offered(ticket, is_open=True),
            "has_form": conversation.channel == "web",
        }
        words = "waiting/employee_away" if is_away else "waiting/no_answer_yet"
        tell(conversation, Sender.SYSTEM, words, values)
