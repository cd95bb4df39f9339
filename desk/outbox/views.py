"""The console's pages about deliveries: all of them for supervisors, and those of one ticket."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from console.access import EmployeeRequest, allowed, for_employees
from console.catalogue import name_of
from console.views.tickets import ticket_or_404
from employees.roles import SUPERVISE
from organisation.texts import say
from outbox import queue
from outbox.models import Delivery, DeliveryQuerySet, DestinationName
from outbox.presentation import lines_of, rows_of
from outbox.settings import wanted

logger = logging.getLogger(__name__)
_PAGE = 50
_ATTENTION = "aandacht"


class DeliveryFilter(forms.Form):
    """Which deliveries are shown."""

    stand = forms.ChoiceField(required=False)
    bestemming = forms.ChoiceField(required=False)
    voor = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)

    def __init__(self, data: object) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        states = [
            (name, name_of("delivery_state", name)) for name in ("waiting", "failed", "sent", "skipped")
        ]
        self.fields["stand"].choices = [("", name_of("delivery_state", _ATTENTION)), *states]  # type: ignore[attr-defined]
        names = [(name.value, name_of("destination", name)) for name in DestinationName]
        self.fields["bestemming"].choices = [("", name_of("destination", "all")), *names]  # type: ignore[attr-defined]
        for name in ("stand", "bestemming"):
            self.fields[name].label = name_of("delivery_filter", name)

    def chosen(self) -> DeliveryQuerySet:
        """The deliveries, newest first; without a valid choice those that ask for attention."""
        found = Delivery.objects.all()
        values = self.cleaned_data if self.is_valid() else {}
        found = found.filter(state=values["stand"]) if values.get("stand") else found.with_a_problem()
        if values.get("bestemming"):
            found = found.filter(destination=values["bestemming"])
        if values.get("voor"):
            found = found.filter(pk__lt=values["voor"])
        return found.order_by("-id")


@require_safe
@allowed(SUPERVISE)
def deliveries(request: EmployeeRequest) -> HttpResponse:
    """The list, 50 at a time; by default what did not arrive yet."""
    form = DeliveryFilter(request.GET)
    found = list(form.chosen().select_related("ticket", "entry")[: _PAGE + 1])
    older = request.GET.copy()
    if len(found) > _PAGE:
        older["voor"] = str(found[_PAGE - 1].pk)
    context = {
        "form": form,
        "rows": rows_of(found[:_PAGE]),
        "older": older.urlencode() if len(found) > _PAGE else "",
        "failed_count": Delivery.objects.failed().count(),
        "is_set_up": bool(wanted()),
    }
    return render(request, "outbox/deliveries.html", context, status=200 if form.is_valid() else 422)


@require_POST
@allowed(SUPERVISE)
def retry(request: EmployeeRequest) -> HttpResponse:
    """Try given-up deliveries again: one, those of a ticket, or all."""
    return _decide(request, queue.try_again, "retried")


@require_POST
@allowed(SUPERVISE)
def skip(request: EmployeeRequest) -> HttpResponse:
    """Leave given-up deliveries unsent, so that what comes after them goes on."""
    return _decide(request, queue.skip, "skipped")


@require_safe
@for_employees
def ticket_deliveries(request: EmployeeRequest, number: str) -> HttpResponse:
    """How a ticket stands at other systems, for its page."""
    ticket = ticket_or_404(number)
    return render(request, "outbox/partials/ticket_lines.html", {"ticket": ticket, "lines": lines_of(ticket)})


def _decide(request: EmployeeRequest, action: Callable[[DeliveryQuerySet], int], done: str) -> HttpResponse:
    number = request.POST.get("ticket", "")
    delivery = request.POST.get("bezorging", "")
    chosen = Delivery.objects.all()
    if number:
        chosen = chosen.filter(ticket=ticket_or_404(number))
    elif delivery.isascii() and delivery.isdigit() and len(delivery) < 19:
        chosen = chosen.filter(pk=int(delivery))
    elif request.POST.get("alle") != "1":
        chosen = chosen.none()
    count = action(chosen)
    logger.info("employee %s: %s deliveries %s", request.user.pk, count, done)
    level = messages.SUCCESS if count else messages.WARNING
    messages.add_message(request, level, say(f"outbox/console/{done}", count=count))
    return redirect("console:ticket", number=number) if number else redirect("console:deliveries")
