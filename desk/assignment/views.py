"""Taking the next ticket, and what was given."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from assignment.models import Offer
from assignment.taking import take_next
from console.access import EmployeeRequest, for_employees
from employees.models import Employee
from organisation.texts import say
from tickets.models import TicketState


def offers_to(employee: Employee) -> list[Offer]:
    """The tickets that this employee was given and has not opened, the oldest first."""
    given = Offer.objects.filter(employee=employee, ticket__state=TicketState.OPEN)
    return list(given.select_related("ticket").order_by("given_at"))


@require_POST
@for_employees
def next_ticket(request: EmployeeRequest) -> HttpResponse:
    """Take the next ticket and open it."""
    ticket = take_next(request.user)
    if ticket is None:
        messages.info(request, say("assignment/none"))
        return redirect("console:tickets")
    return redirect("console:ticket", number=ticket.number)


@require_safe
@for_employees
def given(request: EmployeeRequest) -> HttpResponse:
    """The tickets that were given, for the head of every page."""
    return render(request, "assignment/given.html")
