"""The organisation's facts for every page."""

from typing import Any

from django.http import HttpRequest

from organisation.loader import current


def organisation(request: HttpRequest) -> dict[str, Any]:
    """Adds `organisation` (an `organisation.loader.Organisation`) to a template's context."""
    return {"organisation": current()}
