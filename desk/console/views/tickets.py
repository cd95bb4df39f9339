"""The queue and one ticket: what an employee looks at."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from audit.record import Event, record
from console import queries
from console.access import EmployeeRequest, for_employees, is_htmx
from console.filters import TicketFilter
from console.forms import new_client_id
from console.work_forms import forms_for
from employees.models import Employee
from employees.roles import SUPERVISE
from summary.summary import summary_of
from tickets.merge import candidates
from tickets.models import Ticket, TicketState
from tickets.presentation import callback_slot


def ticket_or_404(number: str) -> Ticket:
    """The ticket with this number, with what its page needs. Raises `Http404`."""
    return get_object_or_404(
        Ticket.objects.with_number(number).select_related(
            "conversation__identity", "employee", "merged_into"
        ),
    )


def number_of(text: str) -> int:
    """The id in a parameter; 0 for anything that is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def ticket_context(ticket: Ticket, employee: Employee) -> dict[str, Any]:
    """What the templates of one ticket need, whichever part of the page they draw."""
    is_mine = ticket.state == TicketState.ASSIGNED and ticket.employee == employee
    history = list(ticket.history.select_related("employee"))
    return {
        "ticket": ticket,
        "conversation": ticket.conversation,
        "is_mine": is_mine,
        "can_take": ticket.state == TicketState.OPEN,
        "can_reply": is_mine and ticket.conversation.is_live,
        "callback": callback_slot(ticket),
        "history": history,
        "notes": list(ticket.notes.select_related("employee")),
        "tags": list(ticket.tags.all()),
        "merged": list(ticket.merged.all()),
        # Drawn anew when these change.
        "panel_version": f"{ticket.state}-{ticket.employee_id or 0}-{ticket.snoozed_until is not None:d}",
        "facts_version": history[-1].pk if history else 0,
    }


def ticket_page(
    ticket: Ticket, employee: Employee, *, complete: bool = False, filled: dict[str, Form] | None = None
) -> dict[str, Any]:
    """What the whole page of a ticket needs.

    Args:
        complete: the whole transcript.
        filled: forms of `console.work_forms` that come back to the employee, by name.
    """
    transcript = queries.transcript(ticket, complete=complete)
    return ticket_context(ticket, employee) | {
        "transcript": transcript,
        "summary": summary_of(ticket),
        "last_id": transcript[-1].pk if transcript else 0,
        "is_cut": not complete and len(transcript) == queries.TRANSCRIPT_PAGE,
        "client_id": new_client_id(),
        "forms": forms_for(ticket, filled or {}),
        "can_give_away": ticket.state == TicketState.ASSIGNED
        and (ticket.employee == employee or employee.has_perm(SUPERVISE)),
        "same_customer": list(candidates(ticket)[:5]) if ticket.employee == employee else [],
    }


@require_safe
@for_employees
def ticket_list(request: EmployeeRequest) -> HttpResponse:
    """The queue; for the page's script only the lists."""
    chosen = TicketFilter(request.GET, queryset=Ticket.objects.all())
    page = request.GET.get("pagina")
    context: dict[str, Any] = {"filter": chosen, "address": _address(request)}
    if chosen.is_active:
        context["found"] = queries.found(chosen, page)
    else:
        context["queue"] = queries.queue_for(request.user, page)
    if not is_htmx(request):
        return render(request, "console/tickets.html", context)
    response = render(request, "console/partials/queue.html", context)
    if request.headers.get("HX-Trigger") == "filters":
        response["HX-Push-Url"] = context["address"]
    return response


def _address(request: EmployeeRequest) -> str:
    """The list's address without choices that are empty."""
    chosen = {name: value for name, value in request.GET.items() if value}
    return f"{request.path}?{urlencode(chosen)}" if chosen else request.path


@require_safe
@for_employees
def waiting_counter(request: EmployeeRequest) -> HttpResponse:
    """How many customers wait, for the head of every page and the tab's title."""
    return render(request, "console/partials/counter.html")


@require_safe
@for_employees
def ticket_detail(request: EmployeeRequest, number: str) -> HttpResponse:
    """One ticket: what is known, what was said, what can be done."""
    ticket = ticket_or_404(number)
    record(Event.TICKET_READ, actor=request.user, on=ticket, request=request)
    context = ticket_page(ticket, request.user, complete="alles" in request.GET)
    return render(request, "console/ticket.html", context)


@require_safe
@for_employees
def ticket_messages(request: EmployeeRequest, number: str) -> HttpResponse:
    """What was said after the message `na`."""
    ticket = ticket_or_404(number)
    transcript = queries.transcript(ticket, after=number_of(request.GET.get("na", "")))
    if not transcript:
        return HttpResponse(status=204)
    context = {"transcript": transcript, "last_id": transcript[-1].pk}
    return render(request, "console/partials/new_messages.html", context)


@require_safe
@for_employees
def ticket_panel(request: EmployeeRequest, number: str) -> HttpResponse:
    """Who has the ticket and what can be done with it; nothing (204) when that is still what the page shows."""
    context = ticket_context(ticket_or_404(number), request.user)
    if request.GET.get("versie") == context["panel_version"]:
        return HttpResponse(status=204)
    return render(request, "console/partials/panel.html", context)


@require_safe
@for_employees
def ticket_facts(request: EmployeeRequest, number: str) -> HttpResponse:
    """What is known about the ticket; nothing (204) when that is still what the page shows."""
    ticket = ticket_or_404(number)
    context = ticket_context(ticket, request.user) | {"conversation": ticket.conversation}
    if request.GET.get("versie") == str(context["facts_version"]):
        return HttpResponse(status=204)
    return render(request, "console/partials/facts.html", context)
