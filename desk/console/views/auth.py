"""Logging in and out. Lock-out after failures is django-axes' work (settings: AXES_…)."""

from __future__ import annotations

import time
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth import login, views
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from audit.record import Event, record
from console.navigation import first_page
from employees import attempts
from employees.models import Employee
from employees.second_factor import has_second_factor, verify
from organisation.texts import say

# Between the password and the code: who has passed the first step, and where he was going.
_PENDING = "second_step"
_PENDING_SECONDS = 5 * 60
# After so many wrong codes the password is asked again; axes counts them with the wrong passwords.
_MOST_WRONG_CODES = 5


class LogIn(views.LoginView):
    """The log-in page; an employee who is logged in already goes on to where his work begins."""

    template_name = "console/login.html"
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Check a name and a password."""
        if not attempts.may_log_in(request):
            return render(request, "console/too_many_logins.html", status=429)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Log in, or ask for the second step. Nobody is logged in before the last step."""
        employee = form.get_user()
        if not has_second_factor(employee):
            return super().form_valid(form)
        self.request.session.cycle_key()
        self.request.session[_PENDING] = {
            "employee": employee.pk,
            "hash": employee.get_session_auth_hash(),
            "until": time.time() + _PENDING_SECONDS,
            "wrong": 0,
            "next": self.get_redirect_url(),
        }
        return redirect("console:login_code")

    def get_default_redirect_url(self) -> str:
        """Where this employee's work begins."""
        return first_page(cast(Employee, self.request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@csrf_protect
@never_cache
def second_step(request: HttpRequest) -> HttpResponseBase:
    """Ask for a code of the app, or a recovery code, from who has just given the right password."""
    pending = request.session.get(_PENDING)
    employee = _who(pending)
    if pending is None or employee is None:
        request.session.pop(_PENDING, None)
        return redirect("console:login")
    if request.method != "POST":
        return render(request, "console/login_code.html")
    kind = verify(employee, request.POST.get("code", ""))
    if kind is None:
        return _wrong_code(request, employee, pending)
    del request.session[_PENDING]
    login(request, employee, backend="django.contrib.auth.backends.ModelBackend")
    if kind == "recovery":
        record(Event.RECOVERY_CODE_USED, actor=employee, on=employee, request=request)
    target = pending["next"]
    is_safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return redirect(target if target and is_safe else resolve_url(first_page(employee)))


def _who(pending: dict[str, Any] | None) -> Employee | None:
    """Who has passed the first step: not too long ago, and with an account and password that are still the same."""
    if pending is None or time.time() > pending["until"]:
        return None
    employee = Employee.objects.filter(pk=pending["employee"], is_active=True).first()
    return employee if employee and employee.get_session_auth_hash() == pending["hash"] else None


def _wrong_code(request: HttpRequest, employee: Employee, pending: dict[str, Any]) -> HttpResponse:
    user_login_failed.send(__name__, credentials={"username": employee.username}, request=request)
    pending["wrong"] += 1
    if pending["wrong"] >= _MOST_WRONG_CODES:
        del request.session[_PENDING]
        messages.warning(request, say("console/too_many_codes"))
        return redirect("console:login")
    request.session[_PENDING] = pending
    return render(request, "console/login_code.html", {"is_wrong": True}, status=422)


class LogOut(views.LogoutView):
    """Ends the session, by POST only, so that no link elsewhere can do it."""

    http_method_names = ["post", "options"]
