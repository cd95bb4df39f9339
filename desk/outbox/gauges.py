"""The outbox among the figures for the operator (docs/contracts.md, section 5)."""

from __future__ import annotations

from django.utils import timezone

from health.metrics import register_gauge
from outbox.models import Delivery, DeliveryState


def register() -> None:
    """Show them on `/metrics`."""
    register_gauge("desk_outbox_waiting", "Deliveries that are to be sent.", waiting)
    register_gauge("desk_outbox_oldest_seconds", "How long the oldest of them waits.", oldest_seconds)
    register_gauge("desk_outbox_failed", "Deliveries that were given up; a supervisor decides.", failed)


def waiting() -> float:
    """How many there are."""
    return Delivery.objects.filter(state=DeliveryState.WAITING).count()


def oldest_seconds() -> float:
    """0 when none waits."""
    first = Delivery.objects.filter(state=DeliveryState.WAITING).order_by("created_at").first()
    return max((timezone.now() - first.created_at).total_seconds(), 0) if first else 0


def failed() -> float:
    """How many there are."""
    return Delivery.objects.failed().count()
