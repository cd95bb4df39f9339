"""Who may use which page of the console: each asks for a permission (`employees.roles`)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, cast
from urllib.parse import urlsplit

from auditlog.context import set_actor
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from console.drafts import note_stored
from employees.models import Employee
from employees.roles import HANDLE_TICKETS
from employees.second_factor import must_set_up
from presence.activity import is_navigation, note_activity, session_is_over

P = ParamSpec("P")


class EmployeeRequest(HttpRequest):
    """A request that `allowed` let through."""

    user: Employee


class Guard(Protocol):
    """A decorator of views."""

    def __call__(
        self, view: Callable[Concatenate[EmployeeRequest, P], HttpResponseBase], /
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
        view: Callable[Concatenate[EmployeeRequest, P], HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if request.user.is_authenticated and session_is_over(request):
                logout(request)
            if not request.user.is_authenticated:
                return _log_in_first(request)
            if (first := _what_comes_first(cast(EmployeeRequest, request))) is not None:
                return HttpResponse(status=401) if is_htmx(request) else redirect(first)
            if permissions and not any(map(request.user.has_perm, permissions)):
                raise PermissionDenied
            if is_navigation(request):
                note_activity(request, request.user)
            with set_actor(request.user, remote_addr=request.META.get("REMOTE_ADDR")):
                response = view(cast(EmployeeRequest, request), *args, **kwargs)
            note_stored(request, response)
            return response

        return guarded

    return guard


def for_employees(
    view: Callable[Concatenate[EmployeeRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """`allowed` for who handles tickets."""
    return allowed(HANDLE_TICKETS)(view)


# Pages that stay open to who must first choose a password or set up the second step: those for doing that.
_ALWAYS_OPEN = {"present", "password"}
_SECOND_FACTOR = {f"second_factor{step}" for step in ("", "_start", "_qr", "_confirm")}


def _what_comes_first(request: EmployeeRequest) -> str | None:
    """The page that has to be dealt with before this one."""
    page = request.resolver_match.url_name if request.resolver_match else None
    if page in _ALWAYS_OPEN:
        return None
    if request.user.must_change_password:
        return "console:password"
    if page not in _SECOND_FACTOR and must_set_up(request.user):
        return "console:second_factor"
    return None


def _log_in_first(request: HttpRequest) -> HttpResponse:
    # The page's script shows a notice; following a redirect would put the log-in form in the middle of a page and lose
    # what was typed there.
    if is_htmx(request):
        return HttpResponse(status=401)
    # What was sent is lost, so the way back leads to the page on which it was typed.
    back = request.get_full_path() if request.method in {"GET", "HEAD"} else _page_before(request)
    return redirect_to_login(back)


def _page_before(request: HttpRequest) -> str:
    page = urlsplit(request.headers.get("Referer", ""))
    is_own = f"{page.scheme}://{page.netloc}" == f"{request.scheme}://{request.get_host()}"
    return page.path if is_own else reverse("console:tickets")
