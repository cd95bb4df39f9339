"""What the worker asks of a destination."""

from __future__ import annotations

from typing import Protocol

from outbox.models import Delivery


class Destination(Protocol):
    """A place where things are delivered. Made anew for each run of the worker from the settings, which have no faults."""

    def deliver(self, delivery: Delivery) -> None:
        """Send one delivery, or find that the other side has it already.

        It may have been sent before: a process can die after the other side accepted it. So whatever can be asked of the
        other side is asked first, and the delivery's `uid` or `reference` goes along.

        Raises:
            DeliveryProblem: it did not arrive, or that is not certain.
        """

    def try_out(self) -> str:
        """Send a trial for the person who sets the desk up; a Dutch sentence that says what arrived where.

        Raises:
            DeliveryProblem: what is wrong.
        """
