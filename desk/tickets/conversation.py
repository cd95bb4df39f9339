"""Which part of a conversation belongs to a ticket: a conversation may have had several, one after another."""

from __future__ import annotations

from django.db.models import QuerySet

from conversations.models import Message
from tickets.models import Ticket


def messages_of(ticket: Ticket) -> QuerySet[Message]:
    """What was said since the conversation's previous ticket was closed, until this one was; oldest first."""
    messages = Message.objects.filter(conversation_id=ticket.conversation_id).order_by("id")
    earlier = Ticket.objects.filter(conversation_id=ticket.conversation_id, pk__lt=ticket.pk)
    previous = earlier.exclude(closed_at=None).order_by("-pk").values_list("closed_at", flat=True).first()
    if previous is not None:
        messages = messages.filter(at__gt=previous)
    return messages if ticket.closed_at is None else messages.filter(at__lte=ticket.closed_at)
