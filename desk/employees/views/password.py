"""An employee's own password."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from audit.record import Event, record
from console.access import EmployeeRequest, allowed
from console.navigation import first_page
from employees.forms import OwnPasswordForm
from organisation.texts import say


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@allowed()
def password(request: EmployeeRequest) -> HttpResponse:
    """Choose another password. All other sessions of the account end."""
    form = OwnPasswordForm(request.user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        employee = form.save()
        update_session_auth_hash(request, employee)
        record(Event.PASSWORD_CHANGED, actor=employee, on=employee, request=request)
        messages.success(request, say("employees/password_changed"))
        return redirect(first_page(employee))
    return render(request, "employees/password.html", {"form": form}, status=422 if form.is_bound else 200)
