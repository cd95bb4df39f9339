"""The page of calls to make."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from callbacks.capacity import SlotFull, free_slots
from callbacks.forms import CallForm
from callbacks.models import CallOutcome
from callbacks.queries import groups
from callbacks.services import WhenAgain, record_call
from console.access import EmployeeRequest, for_employees, is_htmx
from console.forms import new_client_id
from console.views.tickets import ticket_or_404
from organisation.loader import current
from organisation.texts import say
from tickets.callback import CallbackSlot
from tickets.models import Ticket
from tickets.services import NotYours


def _slots() -> list[CallbackSlot]:
    return free_slots(current().opening_hours, timezone.now())


def _page(request: EmployeeRequest, failed: tuple[Ticket, CallForm] | None = None) -> dict[str, Any]:
    """The lists, with a form for each call of this employee; `failed` is the one that comes back to him."""
    now, slots = timezone.now(), _slots()
    lists = groups(now)
    forms = {}
    for group in lists:
        for ticket in group.tickets:
            if ticket.employee_id == request.user.pk:
                initial = {"client_id": new_client_id()}
                forms[ticket.pk] = CallForm(slots=slots, initial=initial, auto_id=f"call-{ticket.number}-%s")
    if failed is not None:
        forms[failed[0].pk] = failed[1]
    today = timezone.localdate(now)
    rows = [(group, [(ticket, forms.get(ticket.pk)) for ticket in group.tickets]) for group in lists]
    return {"groups": rows, "today": today, "tomorrow": today + timedelta(days=1)}


@require_safe
@for_employees
def call_list(request: EmployeeRequest) -> HttpResponse:
    """Whom to call, by time; for the page's script only the lists."""
    template = "callbacks/lists.html" if is_htmx(request) else "callbacks/page.html"
    return render(request, template, _page(request))


@require_POST
@for_employees
def record(request: EmployeeRequest, number: str) -> HttpResponse:
    """Record how a call went; what is wrong is said at the form, which stays as it was filled in."""
    ticket = ticket_or_404(number)
    form = CallForm(request.POST, slots=_slots(), auto_id=f"call-{ticket.number}-%s")
    if form.is_valid():
        outcome, client_id = CallOutcome(form.cleaned_data["outcome"]), form.cleaned_data["client_id"]
        try:
            call = record_call(ticket.pk, request.user, outcome, client_id, form.slot())
        except NotYours as refused:
            messages.warning(request, say("console/not_yours", ticket=refused.ticket))
            return redirect("console:calls")
        except WhenAgain:
            form.add_error("again", say("callbacks/when_again"))
        except SlotFull:
            form.add_error("again", say("callbacks/slot_full"))
        else:
            messages.success(request, say("callbacks/recorded", ticket=ticket, call=call))
            to_ticket = outcome == CallOutcome.SPOKEN
            return redirect("console:ticket", number) if to_ticket else redirect("console:calls")
    return render(request, "callbacks/page.html", _page(request, (ticket, form)), status=422)
