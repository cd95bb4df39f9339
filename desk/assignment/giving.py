"""Gives waiting tickets to available employees in turn, and takes back what is not opened."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from django.utils import timezone

from assignment.matching import Skills
from assignment.models import Offer, Turn
from conversations.store import note_news
from employees.models import Employee
from employees.roles import Role, ticket_handlers
from organisation.service import service
from presence.models import Presence, Status
from tickets.models import HistoryKind, Ticket, TicketState
from tickets.services import locked_ticket
from tickets.transfer import return_to_queue

# One round looks at so many tickets; the next round, seconds later, at what is left.
_PER_ROUND = 100


def distribute(now: datetime | None = None) -> None:
    """One round: take back, then give. Rounds of several processes at once give no ticket twice and nobody too many."""
    now = now or timezone.now()
    gone = Ticket.objects.filter(state=TicketState.ASSIGNED).exclude(employee__in=ticket_handlers())
    for ticket_id in gone.values_list("pk", flat=True):
        return_to_queue(ticket_id)
    take_back(now)
    if not service().give_tickets:
        return
    receivers = list(
        Employee.objects.filter(
            is_active=True, groups__name=Role.EMPLOYEE, presence__in=Presence.objects.available(now)
        )
    )
    if not receivers:
        return
    load, skills = load_of(receivers), Skills.read(receivers)
    turns = dict(Turn.objects.values_list("employee_id", "at"))
    first = datetime.min.replace(tzinfo=now.tzinfo)
    waiting = Ticket.objects.waiting().awake().filter(offer=None).in_queue_order()
    for ticket in waiting[:_PER_ROUND]:
        fitting = [
            employee
            for employee in receivers
            if load[employee.pk] < service().tickets_per_employee and skills.suits(employee.pk, ticket)
        ]
        if not fitting:
            continue
        chosen = min(fitting, key=lambda one: (load[one.pk], turns.get(one.pk, first), one.pk))
        if give(ticket.pk, chosen):
            load[chosen.pk] += 1
            turns[chosen.pk] = timezone.now()


def load_of(employees: list[Employee]) -> Counter[int]:
    """How many tickets each has or was given, by primary key. A snoozed ticket asks for nothing now."""
    keys = [employee.pk for employee in employees]
    has = Ticket.objects.filter(state=TicketState.ASSIGNED, employee__in=keys).awake()
    offered = Offer.objects.filter(employee__in=keys, ticket__state=TicketState.OPEN)
    load = Counter(has.values_list("employee_id", flat=True))
    load.update(offered.values_list("employee_id", flat=True))
    return load


def give(ticket_id: int, employee: Employee) -> bool:
    """Give a waiting ticket to an employee; was it given? Not when somebody else was faster or the employee is full."""
    with locked_ticket(ticket_id) as ticket:
        turn, _ = Turn.objects.select_for_update().get_or_create(employee=employee)
        is_free = ticket.state == TicketState.OPEN and ticket.snoozed_until is None
        if not is_free or Offer.objects.filter(ticket=ticket).exists():
            return False
        if load_of([employee])[employee.pk] >= service().tickets_per_employee:
            return False
        Offer.objects.create(ticket=ticket, employee=employee)
        turn.at = timezone.now()
        turn.save()
        ticket.history.create(kind=HistoryKind.GIVEN, detail={"to": employee.shown_name})
        note_news(ticket.conversation)
        return True


def take_back(now: datetime) -> None:
    """Offers end with the ticket's wait, in time, and when the employee is not available any more.

    Who did not open a ticket in time is taken for away, so that the next one does not wait for him too.
    """
    Offer.objects.exclude(ticket__state=TicketState.OPEN).delete()
    late = now - timedelta(seconds=service().open_within_seconds)
    available = Presence.objects.available(now).values("pk")
    ended = Offer.objects.filter(given_at__lte=late) | Offer.objects.exclude(employee__in=available)
    for offer in ended.select_related("employee"):
        with locked_ticket(offer.ticket_id) as ticket:
            if not Offer.objects.filter(pk=offer.pk, ticket__state=TicketState.OPEN).delete()[0]:
                continue
            if offer.given_at <= late:
                Presence.objects.filter(pk=offer.employee_id).update(choice=Status.AWAY)
            detail = {"by": offer.employee.shown_name}
            ticket.history.create(kind=HistoryKind.NOT_OPENED, detail=detail)
            note_news(ticket.conversation)
