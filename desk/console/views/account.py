"""An employee's own account."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from console.access import EmployeeRequest, allowed
from employees.roles import roles_of


@require_safe
@allowed()
def account(request: EmployeeRequest) -> HttpResponse:
    """Who is logged in and what he may do."""
    return render(request, "console/account.html", {"roles": roles_of(request.user)})
