"""Who may use which page of the console: each asks for a permission (`employees.roles`)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, cast

from auditlog.context import set_actor
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from employees.models import Employee
from employees.roles import HANDLE_TICKETS

P = ParamSpec("P")


class EmployeeRequest(HttpRequest):
    """A request that `allowed` let through."""

    user: Employee


class Guard(Protocol):
    """A decorator of views."""

    def __call__(
        self, view: Callable[Concatenate[EmployeeRequest, P], HttpResponse], /
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        """The view, for some only."""


def is_htmx(request: HttpRequest) -> bool:
    """Does the page's script ask for a part of a page?"""
    return request.headers.get("HX-Request") == "true"


def allowed(*permissions: str) -> Guard:
    """Let a view be used by employees with one of these permissions; others log in first, or are told who can help them.

    What the view changes is written in the audit log under the employee's name.

    Args:
        permissions: of `employees.roles`; none for everybody who is logged in.
    """

    def guard(
        view: Callable[Concatenate[EmployeeRequest, P], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _log_in_first(request)
            if request.user.must_change_password and not _is_at(request, "password"):
                return HttpResponse(status=401) if is_htmx(request) else redirect("console:password")
            if permissions and not any(map(request.user.has_perm, permissions)):
                raise PermissionDenied
            with set_actor(request.user, remote_addr=request.META.get("REMOTE_ADDR")):
                return view(cast(EmployeeRequest, request), *args, **kwargs)

        return guarded

    return guard


def for_employees(
    view: Callable[Concatenate[EmployeeRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """`allowed` for who handles tickets."""
    return allowed(HANDLE_TICKETS)(view)


def _is_at(request: HttpRequest, name: str) -> bool:
    return request.resolver_match is not None and request.resolver_match.url_name == name


def _log_in_first(request: HttpRequest) -> HttpResponse:
    # The page's script shows a notice; following a redirect would put the log-in form in the middle of a page and lose
    # what was typed there.
    return HttpResponse(status=401) if is_htmx(request) else redirect_to_login(request.get_full_path())
