"""How deliveries are shown to employees, in Dutch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from console.catalogue import name_of
from organisation.texts import say
from outbox.destinations.zammad import remote_link
from outbox.models import Counterpart, Delivery, DeliveryKind, DeliveryState, DestinationName
from tickets.models import Ticket


@dataclass(frozen=True)
class Line:
    """How one destination of one ticket stands.

    Attributes:
        state: `sent` when all was sent; `failed` when something was given up; else `waiting`.
        problem: why the delivery that is first in line did not arrive yet; empty when nothing went wrong.
        link, number: the ticket over there, when it is known.
    """

    destination: str
    state: str
    waiting: int
    problem: str
    link: str
    number: str


def problem_text(destination: str, name: str, detail: str) -> str:
    """Why a delivery did not arrive: one Dutch sentence or two, without secrets or customer data."""
    if not name:
        return ""
    return say(f"outbox/problem/{name}", destination=name_of("destination", destination), detail=detail)


def what_is_told(delivery: Delivery) -> str:
    """What the delivery tells, e.g. `Overgenomen` or `Bericht`."""
    if delivery.kind == DeliveryKind.CHANGE and delivery.entry is not None:
        return name_of("history", delivery.entry.kind)
    return name_of("delivery_kind", delivery.kind)


def lines_of(ticket: Ticket) -> list[Line]:
    """How each destination of a ticket stands; none when nothing was ever to be delivered."""
    unsent: dict[str, list[Delivery]] = {}
    for delivery in ticket.deliveries.all():
        waiting = unsent.setdefault(delivery.destination, [])
        if delivery.state in {DeliveryState.WAITING, DeliveryState.FAILED}:
            waiting.append(delivery)
    if not unsent:
        return []
    counterparts = {counterpart.destination: counterpart for counterpart in ticket.counterparts.all()}
    return [_line(name, unsent[name], counterparts.get(name)) for name in DestinationName if name in unsent]


def alarm_count() -> int:
    """How many deliveries do not arrive unless a person does something."""
    return (Delivery.objects.failed() | Delivery.objects.stuck()).count()


@dataclass(frozen=True)
class Row:
    """A delivery in the list, with `told` (what it tells) and `problem` (why it did not arrive) in Dutch."""

    delivery: Delivery
    told: str
    problem: str


def rows_of(deliveries: Iterable[Delivery]) -> list[Row]:
    """The lines of the supervisors' list."""
    return [
        Row(one, what_is_told(one), problem_text(one.destination, one.problem, one.problem_detail))
        for one in deliveries
    ]


def _line(name: str, unsent: list[Delivery], counterpart: Counterpart | None) -> Line:
    failed = [delivery for delivery in unsent if delivery.state == DeliveryState.FAILED]
    first = failed[0] if failed else unsent[0] if unsent else None
    return Line(
        destination=name,
        state=DeliveryState.FAILED if failed else DeliveryState.WAITING if unsent else DeliveryState.SENT,
        waiting=len(unsent),
        problem=problem_text(name, first.problem, first.problem_detail) if first else "",
        link=remote_link(counterpart) if counterpart else "",
        number=counterpart.remote_number if counterpart else "",
    )
