"""Figures for Prometheus. What happened is counted in the process in which it happens; what is, is asked of the database."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import Count, Min
from django.db.models.signals import post_save
from django.utils import timezone
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from conversations.hub import open_streams
from conversations.models import Message, TurnState
from tickets.models import Ticket, TicketState
from turns.signals import turn_settled

logger = logging.getLogger(__name__)

disable_created_metrics()  # type: ignore[no-untyped-call]
# What this process did, and what there is for all processes together.
process_registry, desk_registry = CollectorRegistry(), CollectorRegistry()
ProcessCollector(registry=process_registry)

TURNS = Counter(
    "desk_turns", "Customer messages that were settled, by outcome.", ["outcome"], registry=process_registry
)
TURN_SECONDS = Histogram(
    "desk_turn_seconds",
    "From the commit of a customer's message to the commit of its answer.",
    ["outcome"],
    # The assistant has 8 s by default; beyond that it is the worker that picked a message up.
    buckets=(0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 30, 60),
    registry=process_registry,
)
FALLBACKS = Counter(
    "desk_fallbacks", "Messages that the assistant did not understand.", registry=process_registry
)
HANDOVERS = Counter(
    "desk_handovers",
    "Tickets opened, by reason; assistant_unavailable are those of the safety net.",
    ["reason"],
    registry=process_registry,
)
Gauge("desk_streams", "Open streams of this process.", registry=process_registry).set_function(open_streams)

_gauges: dict[str, tuple[str, Callable[[], float]]] = {}


def register_gauge(name: str, documentation: str, value: Callable[[], float]) -> None:
    """Let another application add a figure, from its `AppConfig.ready`.

    Args:
        name: as Prometheus shows it, with the prefix `desk_`, e.g. `desk_outbox_pending`.
        documentation: one sentence.
        value: asked at every scrape; may query the database.
    """
    _gauges[name] = (documentation, value)


class Now(Collector):
    """What is the case at the moment of the scrape, as the database knows it."""

    def collect(self) -> Iterator[Metric]:
        """The figures; without a database only that it is down."""
        try:
            found = list(_from_database())
        except DatabaseError as error:
            logger.warning("the figures cannot be read from the database: %s", type(error).__name__)
            found = []
        yield GaugeMetricFamily("desk_database_up", "1 when the database can be read.", 1 if found else 0)
        yield from found


desk_registry.register(Now())


def _from_database() -> Iterator[Metric]:
    tickets = GaugeMetricFamily(
        "desk_queue_tickets", "Tickets that are not closed, by state.", labels=["state"]
    )
    counts = dict(Ticket.objects.not_closed().values_list("state").annotate(Count("pk")).order_by())
    for state in (TicketState.OPEN, TicketState.ASSIGNED):
        tickets.add_metric([state], counts.get(state, 0))
    yield tickets
    waiting = Ticket.objects.filter(state=TicketState.OPEN).aggregate(oldest=Min("opened_at"))
    yield GaugeMetricFamily(
        "desk_queue_oldest_seconds", "How long the oldest open ticket waits.", _age(waiting["oldest"])
    )
    pending = Message.objects.filter(turn_state=TurnState.PENDING).aggregate(Count("pk"), oldest=Min("at"))
    yield GaugeMetricFamily(
        "desk_turns_waiting", "Customer messages that wait for an answer.", pending["pk__count"]
    )
    yield GaugeMetricFamily(
        "desk_turns_oldest_seconds", "How long the oldest of them waits.", _age(pending["oldest"])
    )
    for name, (documentation, value) in _gauges.items():
        yield GaugeMetricFamily(name, documentation, value())


def _age(since: datetime | None) -> float:
    return max((timezone.now() - since).total_seconds(), 0) if since else 0


def _count_turn(sender: Any, message: Message, is_fallback: bool, **kwargs: Any) -> None:
    TURNS.labels(message.turn_state).inc()
    TURN_SECONDS.labels(message.turn_state).observe(_age(message.at))
    if is_fallback:
        FALLBACKS.inc()


def _count_ticket(sender: Any, instance: Ticket, created: bool, **kwargs: Any) -> None:
    if created:
        transaction.on_commit(lambda: HANDOVERS.labels(instance.reason).inc())


def connect() -> None:
    """Begin to count."""
    turn_settled.connect(_count_turn, dispatch_uid="health.metrics")
    post_save.connect(_count_ticket, sender=Ticket, dispatch_uid="health.metrics")
