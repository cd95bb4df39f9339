"""The counter of wrong proofs, for the action server (docs/contracts.md, section 3)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase

from api.errors import ApiError
from api.requests import json_body, require_service, text_of
from identity.proofs import note_proof

_LONGEST = 64
_MOST_NUMBERS = 5


def proofs(request: HttpRequest) -> HttpResponseBase:
    """`POST /api/proofs`: how a combination of numbers and a postcode turned out."""
    require_service(request)
    body = json_body(request)
    fits = body.get("fits")
    if fits is None:
        raise ApiError(400, "missing", "fits")
    if not isinstance(fits, bool):
        raise ApiError(400, "wrong_type", "fits")
    is_open = note_proof(_numbers(body), text_of(body, "postcode", _LONGEST), fits=fits)
    return JsonResponse({"is_open": is_open})


def _numbers(body: dict[str, Any]) -> list[str]:
    numbers = body.get("numbers")
    if numbers is None:
        raise ApiError(400, "missing", "numbers")
    if not isinstance(numbers, list) or not 1 <= len(numbers) <= _MOST_NUMBERS:
        raise ApiError(400, "wrong_type", "numbers")
    return [text_of({"numbers": number}, "numbers", _LONGEST) for number in numbers]
