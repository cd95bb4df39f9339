"""What operators and their monitoring look at (docs/contracts.md, section 5)."""

from __future__ import annotations

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.crypto import constant_time_compare
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from api.errors import ApiError, unauthorised
from api.requests import bearer_token
from conversations.models import Conversation
from health.metrics import desk_registry, process_registry
from health.readiness import current_readiness


def alive(request: HttpRequest) -> HttpResponseBase:
    """`GET /healthz`: the process answers and its database can be read."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    Conversation.objects.exists()
    return JsonResponse({"status": "ok"})


async def ready(request: HttpRequest) -> HttpResponseBase:
    """`GET /readyz`: 503 only when customers cannot be served at all. Without the assistant they can (invariant 6)."""
    report = await current_readiness().report()
    return JsonResponse(report, status=503 if report["status"] == "down" else 200)


def metrics(request: HttpRequest) -> HttpResponseBase:
    """`GET /metrics`, for who has the token of the setting."""
    if not settings.METRICS_TOKEN:
        raise ApiError(404, "not_found")
    if not constant_time_compare(bearer_token(request), settings.METRICS_TOKEN):
        raise unauthorised()
    figures = generate_latest(process_registry) + generate_latest(desk_registry)
    return HttpResponse(figures, content_type=CONTENT_TYPE_LATEST)
