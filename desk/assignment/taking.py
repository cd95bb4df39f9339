""" "Geef mij het volgende": the first waiting ticket that suits an employee."""

from __future__ import annotations

from django.db.models import Q

from assignment.matching import Skills
from employees.models import Employee
from tickets.models import Ticket
from tickets.services import TicketActionRefused, take_over

# More than so many colleagues who press at the same moment there will not be.
_TRIES = 60


def take_next(employee: Employee) -> Ticket | None:
    """Take what this employee was given, else the first ticket of the queue that suits him; None when there is none.

    Of two who ask at the same moment, each gets another ticket.
    """
    waiting = Ticket.objects.waiting().awake()
    given = waiting.filter(offer__employee=employee).order_by("offer__given_at")
    free = waiting.filter(Q(offer=None)).in_queue_order()
    suitable = Skills.read([employee]).suitable(free, employee.pk)
    for ticket_id in [*given.values_list("pk", flat=True), *suitable.values_list("pk", flat=True)[:_TRIES]]:
        try:
            return take_over(ticket_id, employee)
        except TicketActionRefused:
            continue  # a colleague was first
    return None
