"""Sends what waits for one destination."""

from __future__ import annotations

import logging
import time

from outbox import queue
from outbox.destinations import destination_of
from outbox.models import Delivery, DestinationName
from outbox.problems import DeliveryProblem
from outbox.settings import faults

logger = logging.getLogger(__name__)

# A run is shorter than the lease of a job (`jobs.runner`); what is left waits for the next one.
_RUN_SECONDS = 20.0


def deliver_waiting(name: DestinationName) -> int:
    """Send what is due, until there is no more, the destination does not work, or a run's time is over; how much arrived."""
    ends = time.monotonic() + _RUN_SECONDS
    count = 0
    while time.monotonic() < ends and (delivery := queue.claim(name)) is not None:
        try:
            _send(delivery)
        except DeliveryProblem as problem:
            queue.did_not_arrive(delivery, problem)
            if problem.concerns_the_destination:
                break
        else:
            queue.arrived(delivery)
            count += 1
    return count


def _send(delivery: Delivery) -> None:
    name = DestinationName(delivery.destination)
    if wrong := faults(name):
        raise DeliveryProblem("misconfigured", wrong[0].variable)
    try:
        destination_of(name).deliver(delivery)
    except DeliveryProblem:
        raise
    except Exception as error:
        # A fault of ours must not hold the row until its lease ends, nor be hidden from the supervisor.
        logger.exception("delivery %s: a fault in the desk", delivery.pk)
        raise DeliveryProblem("fault", type(error).__name__, is_uncertain=True) from error
