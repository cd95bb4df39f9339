"""Ending a ticket: a short page that asks how it ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from closing.ending import Ending
from console.access import EmployeeRequest, for_employees
from console.closing_form import CloseForm, HandBackForm
from console.views.tickets import ticket_or_404
from employees.models import Employee
from organisation.texts import say
from tickets import services
from tickets.models import Ticket, TicketState


@require_http_methods(["GET", "HEAD", "POST"])
@for_employees
@never_cache
def hand_back(request: EmployeeRequest, number: str) -> HttpResponse:
    """Ask the outcome, give the conversation back to the assistant and return to the queue."""
    return _end(request, number, HandBackForm, services.hand_back, "handed_back")


@require_http_methods(["GET", "HEAD", "POST"])
@for_employees
@never_cache
def close(request: EmployeeRequest, number: str) -> HttpResponse:
    """Ask how it ended, close the ticket and return to the queue."""
    return _end(request, number, CloseForm, services.close, "closed")


def _end(
    request: EmployeeRequest,
    number: str,
    form_class: type[HandBackForm],
    action: Callable[[int, Employee, Ending], Ticket],
    done: str,
) -> HttpResponse:
    ticket = ticket_or_404(number)
    if request.method != "POST":
        if not (ticket.state == TicketState.ASSIGNED and ticket.employee == request.user):
            messages.warning(request, say("console/not_yours", ticket=ticket))
            return redirect("console:ticket", number=ticket.number)
        return _page(request, ticket, form_class(), done)
    form = form_class(request.POST)
    if not form.is_valid():
        return _page(request, ticket, form, done, status=422)
    try:
        ended = action(ticket.pk, request.user, form.ending())
    except services.NotYours as refused:
        context = {"refused": say("console/not_yours", ticket=refused.ticket)}
        return _page(request, ticket, form, done, status=409, **context)
    messages.success(request, say(f"console/{done}", ticket=ended))
    return redirect("console:tickets")


def _page(
    request: EmployeeRequest, ticket: Ticket, form: HandBackForm, kind: str, status: int = 200, **context: Any
) -> HttpResponse:
    context |= {"ticket": ticket, "form": form, "kind": kind}
    return render(request, "console/closing.html", context, status=status)
