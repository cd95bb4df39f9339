"""What the head of every console page needs; asked for only by pages that show it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any

from django.http import HttpRequest

from console import queries
from console.navigation import pages_for
from deadlines.escalation import escalated_tickets
from employees.models import Employee


def console(request: HttpRequest) -> dict[str, Callable[[], Any]]:
    """Adds `navigation` (the pages that whoever is logged in may open), `waiting` and `escalated_count`."""
    if not isinstance(request.user, Employee):
        return {}
    return {
        "navigation": partial(pages_for, request.user),
        "waiting": cache(queries.waiting),
        "escalated_count": cache(escalated_tickets),
    }
