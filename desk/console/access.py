"""Who may use the console: employees with the permission to handle tickets."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from employees.models import Employee

PERMISSION = "tickets.change_ticket"

P = ParamSpec("P")


class EmployeeRequest(HttpRequest):
    """A request that `for_employees` let through."""

    user: Employee


def is_htmx(request: HttpRequest) -> bool:
    """Does the page's script ask for a part of a page?"""
    return request.headers.get("HX-Request") == "true"


def for_employees(
    view: Callable[Concatenate[EmployeeRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Let a view be used by employees who may handle tickets; others log in first, or are told who can help them."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            # The page's script shows a notice; following a redirect would put the log-in form in the middle of a page
            # and lose what was typed there.
            return (
                HttpResponse(status=401) if is_htmx(request) else redirect_to_login(request.get_full_path())
            )
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        return view(cast(EmployeeRequest, request), *args, **kwargs)

    return guarded
