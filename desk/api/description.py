"""The OpenAPI description of the public API, served for those who build a client."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase

_FILE = Path(__file__).with_name("openapi.yml")


@cache
def description() -> dict[str, Any]:
    """`openapi.yml` as JSON values."""
    content: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return content


def openapi(request: HttpRequest) -> HttpResponseBase:
    """`GET /api/openapi.json`."""
    return JsonResponse(description())
