"""A signed webhook by the Standard Webhooks scheme (https://www.standardwebhooks.com), version `v1`.

The receiver checks the signature over `<webhook-id>.<webhook-timestamp>.<body>`, refuses what is more than five minutes
old, and keeps the ids it has seen: the same delivery carries the same `webhook-id` at every attempt. The body is in
docs/contracts.md, section 7.
"""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from standardwebhooks import Webhook

from organisation.texts import say
from outbox.content import as_event
from outbox.http import Exchange
from outbox.models import Delivery
from outbox.problems import DeliveryProblem


class WebhookDestination:
    """See `outbox.destinations.base.Destination`."""

    def deliver(self, delivery: Delivery) -> None:
        """POST the event. Any 2xx is success; the body of the answer is ignored. Raises `DeliveryProblem`."""
        _post(delivery.uid, as_event(delivery))

    def try_out(self) -> str:
        """POST an event of type `test`. Raises `DeliveryProblem`."""
        at = timezone.localtime().isoformat(timespec="seconds")
        _post(uuid.uuid4(), {"type": "test", "timestamp": at, "data": {}})
        return say("outbox/trial/webhook", url=settings.OUTBOX_WEBHOOK_URL)


def _post(uid: uuid.UUID, event: dict[str, Any]) -> None:
    body = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    name, now = f"msg_{uid.hex}", datetime.now(UTC)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "webhook-id": name,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(settings.OUTBOX_WEBHOOK_SECRET).sign(name, now, body),
    }
    with Exchange(headers) as exchange:
        answer = exchange.request("POST", settings.OUTBOX_WEBHOOK_URL, changes=True, content=body.encode())
    if answer.status in {404, 410}:
        # The receiver is not where it was: that concerns all events, not this ticket.
        raise DeliveryProblem("wrong_address", str(answer.status))
    answer.require_success()
