"""Says at the start what is wrong with the settings of the channels (`manage.py check`, and so `make run`)."""

from __future__ import annotations

from typing import Any

from django.core import checks

from channels.registry import wanted


def register() -> None:
    """Add the check to Django's."""
    checks.register(check_channels, "channels")


def check_channels(**kwargs: Any) -> list[checks.CheckMessage]:
    """An error for each variable that cannot work. A fault that two channels share is said once."""
    found = dict.fromkeys(fault for channel in wanted() for fault in channel.faults())
    return [checks.Error(f"{fault.variable}: {fault.sentence}", id="channels.E001") for fault in found]
