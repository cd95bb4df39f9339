"""The page about the assistant's turns, for designers and supervisors."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from console.access import EmployeeRequest, allowed
from employees.roles import REVIEW, SUPERVISE
from turnlog.report import by_intent, least_certain, total

PERIODS = (1, 7, 30)
_STANDARD = 7


@require_safe
@allowed(REVIEW, SUPERVISE)
def turns(request: EmployeeRequest) -> HttpResponse:
    """The last days, `?dagen=7`; anything but the choices is the standard."""
    asked = request.GET.get("dagen", "")
    days = next((choice for choice in PERIODS if str(choice) == asked), _STANDARD)
    since = timezone.now() - timedelta(days=days)
    context = {
        "days": days,
        "periods": PERIODS,
        "is_set_up": bool(settings.BROKER_URL),
        "total": total(since),
        "rows": by_intent(since),
        # What customers wrote is for who improves the assistant.
        "doubtful": least_certain(since) if request.user.has_perm(REVIEW) else [],
    }
    return render(request, "turnlog/turns.html", context)
