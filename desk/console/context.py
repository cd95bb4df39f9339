"""What the head of every console page needs; asked for only by pages that show it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any

from django.http import HttpRequest

from assignment.views import offers_to
from console import queries
from console.navigation import pages_for
from deadlines.escalation import escalated_tickets
from employees.models import Employee
from presence.models import status_of


def console(request: HttpRequest) -> dict[str, Callable[[], Any]]:
    """Adds what belongs to whoever is logged in to a template's context.

    `navigation`: the pages that he may open; `waiting` and `escalated_count`; `presence`: his status; `offers`: the tickets
    that he was given.
    """
    if not isinstance(request.user, Employee):
        return {}
    return {
        "navigation": partial(pages_for, request.user),
        "waiting": cache(queries.waiting),
        "escalated_count": cache(escalated_tickets),
        "presence": cache(partial(status_of, request.user)),
        "offers": cache(partial(offers_to, request.user)),
    }
