"""Setting up, renewing and ending one's own second step; ending one's sessions."""

from __future__ import annotations

from io import BytesIO

import segno
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from audit.record import Event, record
from console.access import EmployeeRequest, allowed
from employees import accounts, attempts
from employees import second_factor as factor
from organisation.loader import current
from organisation.texts import say


@require_safe
@allowed()
@never_cache
def second_factor(request: EmployeeRequest) -> HttpResponse:
    """Whether there is a second step, and what can be done about it."""
    return _page(request)


@require_POST
@allowed()
def start(request: EmployeeRequest) -> HttpResponse:
    """Make a new secret for the app. What is on already is not replaced by who has a session only."""
    try:
        factor.begin(request.user)
    except factor.AlreadyOnError:
        messages.warning(request, say("employees/second_factor_is_on"))
    return redirect("console:second_factor")


@require_safe
@allowed()
@never_cache
def qr(request: EmployeeRequest) -> HttpResponse:
    """The new secret as a picture for the app's camera."""
    device = factor.being_set_up(request.user)
    if device is None:
        raise Http404
    device.user = request.user
    picture = BytesIO()
    segno.make(device.config_url, error="m").save(picture, kind="svg", scale=5, dark="#000", light="#fff")
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")


@require_POST
@sensitive_post_parameters()
@allowed()
@never_cache
def confirm(request: EmployeeRequest) -> HttpResponse:
    """Begin to ask for the second step, once the app gives a right code; recovery codes are shown once."""
    try:
        codes = factor.confirm(request.user, request.POST.get("code", ""))
    except factor.AlreadyOnError:
        messages.warning(request, say("employees/second_factor_is_on"))
        return redirect("console:second_factor")
    if codes is None:
        return _page(request, wrong_code=True)
    update_session_auth_hash(request, request.user)
    record(Event.SECOND_FACTOR_ON, actor=request.user, on=request.user, request=request)
    return render(request, "employees/recovery_codes.html", {"codes": codes})


@require_POST
@sensitive_post_parameters()
@allowed()
@never_cache
def renew_codes(request: EmployeeRequest) -> HttpResponse:
    """Make new recovery codes, for who knows the password."""
    if not factor.has_second_factor(request.user):
        return redirect("console:second_factor")
    if not attempts.is_own_password(request.user, request.POST.get("wachtwoord", "")):
        return _page(request, wrong_password="codes")  # noqa: S106 - names the form
    codes = factor.new_recovery_codes(request.user)
    record(Event.RECOVERY_CODES_MADE, actor=request.user, on=request.user, request=request)
    return render(request, "employees/recovery_codes.html", {"codes": codes})


@require_POST
@sensitive_post_parameters()
@allowed()
def off(request: EmployeeRequest) -> HttpResponse:
    """Log in without a second step from now on, for who knows the password and whose role allows it."""
    if factor.is_obligatory(request.user):
        messages.warning(request, say("employees/second_factor_obligatory"))
        return redirect("console:second_factor")
    if not attempts.is_own_password(request.user, request.POST.get("wachtwoord", "")):
        return _page(request, wrong_password="off")  # noqa: S106 - names the form
    factor.remove(request.user)
    update_session_auth_hash(request, request.user)
    record(Event.SECOND_FACTOR_OFF, actor=request.user, on=request.user, request=request)
    messages.success(request, say("employees/second_factor_off"))
    return redirect("console:second_factor")


@require_POST
@allowed()
def end_sessions(request: EmployeeRequest) -> HttpResponse:
    """Log out on every device, this one too."""
    accounts.end_sessions(request.user)
    record(Event.SESSIONS_ENDED, actor=request.user, on=request.user, request=request)
    request.session.flush()
    return redirect("console:login")


def _page(request: EmployeeRequest, **mistake: object) -> HttpResponse:
    device = factor.being_set_up(request.user)
    context = {
        "is_on": factor.has_second_factor(request.user),
        "is_obligatory": factor.is_obligatory(request.user),
        "secret": factor.secret_of(device) if device else "",
        "codes_left": factor.recovery_codes_left(request.user),
        "issuer": current().name,
        **mistake,
    }
    return render(request, "employees/second_factor.html", context, status=422 if mistake else 200)
