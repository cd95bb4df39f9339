"""The queue of the messaging channels among the figures for the operator (docs/contracts.md, section 5)."""

from __future__ import annotations

from channels.models import NOT_REACHED, Outgoing, OutgoingState
from health.metrics import register_gauge

_ON_ITS_WAY = [OutgoingState.WAITING, OutgoingState.SENDING]


def register() -> None:
    """Show them on `/metrics`."""
    register_gauge("desk_channels_waiting", "Messages to customers that are to be sent.", waiting)
    register_gauge(
        "desk_channels_not_reached", "Messages that customers did not, or may not, get.", not_reached
    )


def waiting() -> float:
    """How many there are, those that are being sent included."""
    return Outgoing.objects.filter(state__in=_ON_ITS_WAY).count()


def not_reached() -> float:
    """How many there are."""
    return Outgoing.objects.filter(state__in=NOT_REACHED).count()
