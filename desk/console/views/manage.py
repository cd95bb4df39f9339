"""The menu of what the organisation manages itself."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from console.access import EmployeeRequest, allowed
from console.navigation import MANAGE_PAGES, pages_for
from employees.roles import MANAGE, SUPERVISE
from lists.registry import lists


@require_safe
@allowed(SUPERVISE, MANAGE)
def manage(request: EmployeeRequest) -> HttpResponse:
    """Accounts, settings and lists: those that this employee may change."""
    editable = [entry for entry in lists().values() if request.user.has_perm(entry.permission)]
    context = {"pages": pages_for(request.user, MANAGE_PAGES), "lists": editable}
    return render(request, "console/manage.html", context)
