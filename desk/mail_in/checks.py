"""Says at the start what is wrong with the settings for mail that comes in (`manage.py check`, and so `make run`)."""

from __future__ import annotations

from typing import Any

from django.core import checks

from mail_in.settings import faults


def register() -> None:
    """Add the check to Django's."""
    checks.register(check_mail_in, "mail_in")


def check_mail_in(**kwargs: Any) -> list[checks.CheckMessage]:
    """An error for each variable that cannot work."""
    return [checks.Error(f"{fault.variable}: {fault.sentence}", id="mail_in.E001") for fault in faults()]
