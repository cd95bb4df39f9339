"""Reads requests strictly: what comes out has the type that its name promises."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from api.errors import ApiError, unauthorised
from conversations.cleaning import clean

# Ids are 64-bit integers in every database.
_LARGEST_ID = 2**63 - 1


def json_body(request: HttpRequest) -> dict[str, Any]:
    """The JSON object in the body; an empty object when there is no body.

    Raises:
        ApiError: 415 for another content type, 400 for anything that is not a JSON object in UTF-8.
    """
    raw = request.body
    if not raw:
        return {}
    if request.content_type != "application/json":
        raise ApiError(415, "unsupported_media_type")
    try:
        # Decoded here: given bytes, json.loads would guess at UTF-16.
        body = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ApiError(400, "not_json") from error
    if not isinstance(body, dict):
        raise ApiError(400, "not_an_object")
    return body


def text_of(body: dict[str, Any], field: str, longest: int) -> str:
    """A required text of 1 to `longest` characters, cleaned. Raises `ApiError` 400."""
    if body.get(field) is None:
        raise ApiError(400, "missing", field)
    value = body[field]
    if not isinstance(value, str):
        raise ApiError(400, "wrong_type", field)
    if len(value) > longest:
        raise ApiError(400, "too_long", field, limit=longest)
    text = clean(value)
    if not text:
        raise ApiError(400, "empty", field)
    return text


def optional_text(body: dict[str, Any], field: str, longest: int) -> str:
    """A text of at most `longest` characters, cleaned; empty when it is missing or null. Raises `ApiError` 400."""
    value = body.get(field)
    return "" if value is None or value == "" else text_of(body, field, longest)


def number_of(body: dict[str, Any], field: str, lowest: int, highest: int) -> int:
    """A required whole number from `lowest` to `highest`. Raises `ApiError` 400."""
    value = body.get(field)
    if value is None:
        raise ApiError(400, "missing", field)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ApiError(400, "wrong_type", field)
    if not lowest <= value <= highest:
        raise ApiError(400, "out_of_range", field, lowest=lowest, highest=highest)
    return value


def message_id_of(value: str | None, field: str) -> int:
    """The id of a message from a header or a query; 0 when there is none. Raises `ApiError` 400."""
    if value is None:
        return 0
    if not (value.isascii() and value.isdigit() and len(value) <= 19) or int(value) > _LARGEST_ID:
        raise ApiError(400, "not_a_number", field)
    return int(value)


def id_of(body: dict[str, Any], field: str) -> int:
    """The id of a message in a body; 0 when it is missing or null. Raises `ApiError` 400."""
    value = body.get(field)
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _LARGEST_ID:
        raise ApiError(400, "not_a_number", field)
    return value


def bearer_token(request: HttpRequest) -> str:
    """The token of the `Authorization` header; empty when there is none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def require_service(request: HttpRequest) -> None:
    """Let only the action server in. Raises `ApiError` 401."""
    if not constant_time_compare(bearer_token(request), settings.SERVICE_TOKEN):
        raise unauthorised()
