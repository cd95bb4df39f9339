"""The weekly feedback page, for supervisors."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from console.access import EmployeeRequest, allowed
from employees.roles import SUPERVISE
from feedback.report import feedback_of
from feedback.week import parse_week, week_of, word_for


@require_safe
@allowed(SUPERVISE)
def weekly(request: EmployeeRequest) -> HttpResponse:
    """One week, `?week=2026-W48`; by default the last whole one."""
    standard = week_of(timezone.localdate()).before
    typed = request.GET.get("week") or word_for(standard)
    try:
        week = parse_week(typed)
    except ValueError:
        return render(request, "feedback/weekly.html", {"typed": typed, "refused": True}, status=422)
    context = {
        "typed": typed,
        "week": week,
        "word": word_for(week),
        "earlier": word_for(week.before),
        "later": word_for(week.after) if week.last < timezone.localdate() else "",
        "rows": feedback_of(week),
    }
    return render(request, "feedback/weekly.html", context)
