"""Accounts, for the administrator."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.record import Event, record
from console.access import EmployeeRequest, allowed
from employees import accounts, second_factor
from employees.forms import AccountForm, NewAccountForm
from employees.models import Employee
from employees.roles import MANAGE, Role, roles_of
from organisation.texts import say


@require_safe
@allowed(MANAGE)
def account_list(request: EmployeeRequest) -> HttpResponse:
    """All accounts, those that can be used first."""
    employees = Employee.objects.prefetch_related("groups").order_by("-is_active", "username")
    return render(
        request,
        "employees/accounts.html",
        {"accounts": [(employee, roles_of(employee)) for employee in employees]},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(MANAGE)
@never_cache
def new_account(request: EmployeeRequest) -> HttpResponse:
    """Make an account; its first password is shown once."""
    data = request.POST if request.method == "POST" else None
    form = NewAccountForm(data, initial={"roles": [Role.EMPLOYEE]})
    if form.is_valid():
        password = accounts.make_account(form.save(commit=False), form.cleaned_data["roles"])
        return _show_password(request, form.instance, password)
    return render(request, "employees/new_account.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(MANAGE)
def account(request: EmployeeRequest, pk: int) -> HttpResponse:
    """One account: its names and roles, and what else can be done with it."""
    employee = get_object_or_404(Employee, pk=pk)
    form = AccountForm(request.POST if request.method == "POST" else None, instance=employee)
    if form.is_valid():
        try:
            accounts.change_account(form.save(commit=False), form.cleaned_data["roles"])
        except accounts.LastAdministrator:
            form.add_error("roles", say("employees/last_administrator"))
        else:
            _say(request, "saved", employee)
            return redirect("console:accounts")
    context = {
        "form": form,
        "account": get_object_or_404(Employee, pk=pk),
        "is_locked": accounts.is_locked(employee),
        "has_second_factor": second_factor.has_second_factor(employee),
    }
    return render(request, "employees/account.html", context, status=422 if form.is_bound else 200)


@require_POST
@allowed(MANAGE)
def switch(request: EmployeeRequest, pk: int) -> HttpResponse:
    """Let an account be used no more, or again, as `actief` says."""
    employee = get_object_or_404(Employee, pk=pk)
    try:
        if request.POST.get("actief") == "1":
            accounts.activate(employee)
            _say(request, "activated", employee)
        else:
            accounts.deactivate(employee)
            _say(request, "deactivated", employee)
    except accounts.LastAdministrator:
        _say(request, "last_administrator", employee, messages.WARNING)
    return redirect("console:account_edit", pk=pk)


@require_POST
@allowed(MANAGE)
@never_cache
def reset_password(request: EmployeeRequest, pk: int) -> HttpResponse:
    """Give an account a new password, which is shown once."""
    employee = get_object_or_404(Employee, pk=pk)
    password = accounts.new_password(employee)
    record(Event.PASSWORD_RESET, actor=request.user, on=employee, request=request)
    return _show_password(request, employee, password)


@require_POST
@allowed(MANAGE)
def unlock(request: EmployeeRequest, pk: int) -> HttpResponse:
    """Let somebody who typed too many wrong passwords try again at once."""
    employee = get_object_or_404(Employee, pk=pk)
    accounts.unlock(employee)
    record(Event.UNLOCKED, actor=request.user, on=employee, request=request)
    _say(request, "unlocked", employee)
    return redirect("console:account_edit", pk=pk)


@require_POST
@allowed(MANAGE)
def remove_second_factor(request: EmployeeRequest, pk: int) -> HttpResponse:
    """Let somebody who lost the phone and the recovery codes log in with the password alone."""
    employee = get_object_or_404(Employee, pk=pk)
    second_factor.remove(employee)
    record(Event.SECOND_FACTOR_OFF, actor=request.user, on=employee, request=request)
    _say(request, "second_factor_removed", employee)
    return redirect("console:account_edit", pk=pk)


def _show_password(request: EmployeeRequest, employee: Employee, password: str) -> HttpResponse:
    return render(request, "employees/password_once.html", {"account": employee, "password": password})


def _say(request: EmployeeRequest, sentence: str, employee: Employee, level: int = messages.SUCCESS) -> None:
    messages.add_message(request, level, say(f"employees/{sentence}", account=employee))
