"""What counts as doing something: for the presence that colleagues see, and for the end of a session that nobody uses.

A page asks for news by itself, so only what a person does counts: opening a page, sending a form, and input that the
page's script reports. Streams and everything else that a script asks for do not.
"""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.http import HttpRequest
from django.utils import timezone

from employees.models import Employee
from organisation.service import service
from presence.models import Presence

_SESSION_KEY = "active_at"
# A session is stored anew at most this often.
_SESSION_STEP_SECONDS = 30


def is_navigation(request: HttpRequest) -> bool:
    """Did a person open a page or send a form? Browsers say so to https and to this machine; elsewhere htmx does."""
    by_script = request.headers.get("HX-Request") == "true"
    return not by_script and request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"


def session_is_over(request: HttpRequest) -> bool:
    """Was this session not used for as long as `idle_minutes` says?"""
    active_at = request.session.get(_SESSION_KEY)
    return active_at is not None and time.time() - active_at > service().idle_minutes * 60


def note_activity(request: HttpRequest, employee: Employee) -> None:
    """The employee did something on a page."""
    now = time.time()
    if now - request.session.get(_SESSION_KEY, 0) > _SESSION_STEP_SECONDS:
        request.session[_SESSION_KEY] = now
    _store(employee, active_at=timezone.now(), seen_at=timezone.now())


def note_open_page(employee: Employee) -> None:
    """The employee has a page open."""
    _store(employee, seen_at=timezone.now())


def _store(employee: Employee, **fields: datetime) -> None:
    if not Presence.objects.filter(pk=employee.pk).update(**fields):
        Presence.objects.update_or_create(employee=employee, defaults=fields)


def _logged_in(sender: Any, request: HttpRequest, user: Employee, **kwargs: Any) -> None:
    note_activity(request, user)


def _logged_out(sender: Any, user: Employee | None, **kwargs: Any) -> None:
    if user is not None:
        Presence.objects.filter(pk=user.pk).update(seen_at=None)


def connect() -> None:
    """Begin to listen."""
    user_logged_in.connect(_logged_in, dispatch_uid="presence.logged_in")
    user_logged_out.connect(_logged_out, dispatch_uid="presence.logged_out")
