"""What vendors' answers have in common."""

from __future__ import annotations

import json
from typing import Any

from outbox.http import Answer
from outbox.problems import DeliveryProblem


def json_in(answer: Answer) -> dict[str, Any]:
    """The JSON object in an answer; empty when it holds none, as when something in between answered."""
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def retry_after(answer: Answer, seconds: int = 0) -> float | None:
    """How long the vendor asks to wait: what its body says, else its header, when that holds seconds."""
    if seconds > 0:
        return float(seconds)
    header = answer.headers.get("retry-after", "").strip()
    return float(header) if header.isascii() and header.isdigit() else None


def server_problem(answer: Answer, *, is_refusal: bool) -> DeliveryProblem:
    """For a 5xx. When the vendor itself refused, nothing was sent; when something in between says so, that is not known."""
    return DeliveryProblem(
        "server_error",
        str(answer.status),
        retry_after=retry_after(answer),
        is_uncertain=not is_refusal,
    )
