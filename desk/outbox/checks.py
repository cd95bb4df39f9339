"""Says at the start what is wrong with the settings of the outbox (`manage.py check`, and so `make run`)."""

from __future__ import annotations

from typing import Any

from django.core import checks

from outbox.settings import faults, wanted


def register() -> None:
    """Add the check to Django's."""
    checks.register(check_destinations, "outbox")


def check_destinations(**kwargs: Any) -> list[checks.CheckMessage]:
    """An error for each variable that cannot work. A fault that two destinations share is said once."""
    found = dict.fromkeys(fault for destination in wanted() for fault in faults(destination))
    return [checks.Error(f"{fault.variable}: {fault.sentence}", id="outbox.E001") for fault in found]
