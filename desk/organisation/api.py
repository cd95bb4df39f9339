"""The organisation's facts that need a calendar, for the action server (docs/contracts.md, section 3)."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase

from api.errors import ApiError
from api.requests import require_service, text_of
from organisation.loader import current


def opening_hours(request: HttpRequest) -> HttpResponseBase:
    """`GET /api/opening-hours?day=2026-12-25`: when employees answer on that day, exceptions and holidays counted in."""
    require_service(request)
    text = text_of(request.GET.dict(), "day", 10)
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise ApiError(400, "not_valid", "day") from error
    hours = current().opening_hours
    return JsonResponse(
        {
            "day": day.isoformat(),
            "hours": [
                [f"{period.opens:%H:%M}", f"{period.closes:%H:%M}" if period.closes else "24:00"]
                for period in hours.periods(day)
            ],
            "holiday": hours.public_holiday(day),
        }
    )
