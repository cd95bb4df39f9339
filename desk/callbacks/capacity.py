"""How many customers can be called in one time slot (`callbacks_per_slot` in `desk.yml`)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count

from callbacks.models import SlotGuard
from organisation.opening_hours import OpeningHours
from organisation.service import service
from tickets.callback import CallbackSlot, next_slots
from tickets.models import Ticket


class SlotFull(Exception):
    """No place is left in this time slot."""


def free_slots(hours: OpeningHours, at: datetime) -> list[CallbackSlot]:
    """The next time slots after `at` (aware) in which a place is left."""
    taken = (
        Ticket.objects.not_closed()
        .filter(callback_from__gt=at)
        .values("callback_from")
        .annotate(places=Count("pk"))
        .filter(places__gte=service().callbacks_per_slot)
    )
    full = frozenset(row["callback_from"] for row in taken if row["callback_from"])
    return next_slots(hours, at, full=full)


def take_place(slot: CallbackSlot, ticket: Ticket) -> None:
    """Make sure that the ticket has a place in the slot, in the transaction in which its time is stored.

    Raises:
        SlotFull: see there. A ticket that is in the slot already keeps its place.
    """
    SlotGuard.objects.get_or_create(begins=slot.begins)
    SlotGuard.objects.select_for_update().get(begins=slot.begins)
    others = Ticket.objects.not_closed().filter(callback_from=slot.begins).exclude(pk=ticket.pk)
    if others.count() >= service().callbacks_per_slot:
        raise SlotFull
