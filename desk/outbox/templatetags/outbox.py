"""What the console's shared templates show of the outbox."""

from __future__ import annotations

from django import template

from outbox import presentation
from outbox.settings import told_about_tickets
from tickets.models import Ticket

register = template.Library()


@register.simple_tag
def deliveries_of(ticket: Ticket) -> list[presentation.Line]:
    """How each destination of a ticket stands."""
    return presentation.lines_of(ticket)


@register.simple_tag
def tickets_are_delivered() -> bool:
    """Is there another system that hears about tickets?"""
    return bool(told_about_tickets())


@register.simple_tag
def delivery_alarms() -> int:
    """How many deliveries ask for a person."""
    return presentation.alarm_count()
