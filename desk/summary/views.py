"""The summary at the top of a ticket."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from console.access import EmployeeRequest, for_employees
from console.views.tickets import ticket_or_404
from summary.summary import summary_of


@require_safe
@for_employees
def summary(request: EmployeeRequest, number: str) -> HttpResponse:
    """The summary; nothing (204) when that is still what the page shows."""
    found = summary_of(ticket_or_404(number))
    if request.GET.get("versie") == found.version:
        return HttpResponse(status=204)
    return render(request, "summary/summary.html", {"summary": found})
