"""Writes the audit log: who did what to whom or what, and when. The entries are django-auditlog's.

What is changed in a registered model is written by that library. Here is the rest: what happens without a change.
"""

from __future__ import annotations

from typing import Any

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, TextChoices
from django.http import HttpRequest

from employees.models import Employee


class Event(TextChoices):
    """What is written besides changes; `catalogue.yml` has the Dutch names under `audit`."""

    LOGGED_IN = "logged_in"
    LOGIN_FAILED = "login_failed"
    LOCKED_OUT = "locked_out"
    LOGGED_OUT = "logged_out"
    SESSIONS_ENDED = "sessions_ended"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a word
    PASSWORD_RESET = "password_reset"  # noqa: S105 - a word
    UNLOCKED = "unlocked"
    SECOND_FACTOR_ON = "second_factor_on"
    SECOND_FACTOR_OFF = "second_factor_off"
    RECOVERY_CODE_USED = "recovery_code_used"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    TICKET_READ = "ticket_read"
    AUDIT_EXPORTED = "audit_exported"


def record(
    event: Event,
    *,
    actor: Employee | None,
    on: Model | type[Model],
    request: HttpRequest | None = None,
    **detail: Any,
) -> None:
    """Write one entry.

    Args:
        event: what happened.
        actor: who did it; None when that is not known, as for a log-in that failed.
        on: to whom or what; a model when it is nothing that exists.
        request: tells from where.
        detail: further facts by name, without customer data or secrets.
    """
    instance = on if isinstance(on, Model) else None
    LogEntry.objects.create(
        content_type=ContentType.objects.get_for_model(on),
        object_pk=str(instance.pk) if instance else "",
        object_id=instance.pk if instance else None,
        object_repr=str(instance) if instance else "",
        action=LogEntry.Action.ACCESS,
        actor=actor,
        actor_email=actor.email if actor else None,
        remote_addr=request.META.get("REMOTE_ADDR") if request else None,
        additional_data={"event": event.value, **detail},
    )
