"""Puts accounts and log-ins in the audit log."""

from __future__ import annotations

from typing import Any

from auditlog.registry import auditlog
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from audit.record import Event, record
from employees.models import Employee

# What may never stand in the log, and what changes by itself.
_LEFT_OUT = ["password", "last_login", "session_generation"]


def connect() -> None:
    """Begin to listen."""
    auditlog.register(Employee, exclude_fields=_LEFT_OUT, m2m_fields={"groups"})
    user_logged_in.connect(_logged_in, dispatch_uid="audit.logged_in")
    user_logged_out.connect(_logged_out, dispatch_uid="audit.logged_out")
    user_login_failed.connect(_login_failed, dispatch_uid="audit.login_failed")
    user_locked_out.connect(_locked_out, dispatch_uid="audit.locked_out")


def _logged_in(sender: Any, request: HttpRequest, user: Employee, **kwargs: Any) -> None:
    record(Event.LOGGED_IN, actor=user, on=user, request=request)


def _logged_out(sender: Any, request: HttpRequest, user: Employee | None, **kwargs: Any) -> None:
    if user is not None:
        record(Event.LOGGED_OUT, actor=user, on=user, request=request)


def _login_failed(
    sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
) -> None:
    _on_account(Event.LOGIN_FAILED, credentials.get("username"), request)


def _locked_out(sender: Any, username: str | None, request: HttpRequest, **kwargs: Any) -> None:
    _on_account(Event.LOCKED_OUT, username, request)


def _on_account(event: Event, username: str | None, request: HttpRequest | None) -> None:
    """Name the account, when there is one: what else is typed there may be a password."""
    account = Employee.objects.filter(username=username or "").first()
    record(event, actor=None, on=account or Employee, request=request)
