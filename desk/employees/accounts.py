"""What an administrator does with accounts. Each function is one transaction."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import timedelta

from axes.models import AccessAttempt
from axes.utils import reset
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from employees.models import Employee
from employees.roles import Role, give_roles
from employees.second_factor import forget_wrong_codes

# 96 bits: beyond guessing, and short enough to type once.
_PASSWORD_BYTES = 12


class LastAdministrator(Exception):
    """Without this account nobody could manage accounts any more."""


def random_password() -> str:
    """A password to show once; only its hash is stored."""
    return secrets.token_urlsafe(_PASSWORD_BYTES)


def make_account(employee: Employee, roles: Iterable[Role]) -> str:
    """Store a new account; its first password, which must be changed at the first log-in."""
    password = random_password()
    employee.set_password(password)
    employee.must_change_password = True
    with transaction.atomic():
        employee.save()
        give_roles(employee, roles)
    return password


def change_account(employee: Employee, roles: Iterable[Role]) -> None:
    """Store a changed account and its roles.

    Raises:
        LastAdministrator: the role of administrator would be taken from the last one who has it.
    """
    with transaction.atomic():
        _lock_administrators()
        employee.save()
        give_roles(employee, roles)
        _require_an_administrator()


def deactivate(employee: Employee) -> None:
    """Let the account be used no more, at once; what it did stays under its name.

    Raises:
        LastAdministrator: it is the last one.
    """
    with transaction.atomic():
        _lock_administrators()
        employee.is_active = False
        employee.session_generation += 1
        employee.save(update_fields=["is_active", "session_generation"])
        _require_an_administrator()


def activate(employee: Employee) -> None:
    """Let the account be used again."""
    employee.is_active = True
    employee.save(update_fields=["is_active"])


def new_password(employee: Employee) -> str:
    """Replace the password; it ends the account's sessions, and must be changed at the next log-in. A lock-out ends too."""
    password = random_password()
    employee.set_password(password)
    employee.must_change_password = True
    with transaction.atomic():
        employee.save(update_fields=["password", "must_change_password"])
        unlock(employee)
    return password


def end_sessions(employee: Employee) -> None:
    """Log the account out on every device."""
    employee.session_generation += 1
    employee.save(update_fields=["session_generation"])


def is_locked(employee: Employee) -> bool:
    """Did too many wrong passwords lock the account out, from any address?"""
    since = timezone.now() - timedelta(hours=settings.AXES_COOLOFF_TIME)
    return AccessAttempt.objects.filter(
        username=employee.username,
        failures_since_start__gte=settings.AXES_FAILURE_LIMIT,
        attempt_time__gt=since,
    ).exists()


def unlock(employee: Employee) -> None:
    """Forget the wrong passwords and codes."""
    reset(username=employee.username)
    forget_wrong_codes(employee)


def _lock_administrators() -> None:
    """Of two who take the role from each other at once, the second waits and finds himself the last."""
    Group.objects.select_for_update().get(name=Role.ADMINISTRATOR)


def _require_an_administrator() -> None:
    if not Employee.objects.filter(is_active=True, groups__name=Role.ADMINISTRATOR).exists():
        raise LastAdministrator
