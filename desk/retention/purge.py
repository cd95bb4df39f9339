"""Erases what has been kept long enough (R24). Figures stay: `figures` holds them without personal data."""

from __future__ import annotations

from calendar import monthrange
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from channels.models import Address
from conversations.models import Conversation, ConversationState, Message
from figures.models import Contact
from organisation.service import service
from retention import tracker_store
from tickets.models import Ticket, TicketState

BATCH = 500
_AT_REST = (ConversationState.WITH_ASSISTANT, ConversationState.CLOSED)


def purge_tickets(now: datetime) -> int:
    """Erase one batch of tickets that were closed longer ago than `keep_tickets_months`, with all that hangs on them.

    A ticket into which another was merged goes after that other one. One that no figure has counted yet stays.

    Args:
        now: aware.

    Returns:
        How many tickets were erased.
    """
    expired = Ticket.objects.filter(
        Exists(Contact.objects.filter(ticket=OuterRef("pk"))),
        state=TicketState.CLOSED,
        closed_at__lt=months_before(now, service().keep_tickets_months),
        merged__isnull=True,
    )
    ids = list(expired.order_by("pk").values_list("pk", flat=True)[:BATCH])
    Ticket.objects.filter(pk__in=ids).delete()
    return len(ids)


def purge_conversations(now: datetime) -> int:
    """Erase one batch of conversations in which nothing was said for `keep_conversations_days` and nobody is waited for.

    Of a conversation with a ticket that is still kept the messages go, and the row stays until the ticket goes. What the
    assistant remembers of either goes too.

    Args:
        now: aware.

    Returns:
        How many conversations were emptied or erased.

    Raises:
        retention.tracker_store.NotReached: nothing was erased.
    """
    quiet = Conversation.objects.filter(
        state__in=_AT_REST, last_message_at__lt=now - timedelta(days=service().keep_conversations_days)
    ).order_by("pk")
    has_ticket = Exists(Ticket.objects.filter(conversation=OuterRef("pk")))
    alone = _ids(quiet.filter(~has_ticket))
    said = Exists(Message.objects.filter(conversation=OuterRef("pk")))
    counted = ~Exists(Ticket.objects.filter(conversation=OuterRef("pk"), contacts=None))
    kept = _ids(quiet.filter(has_ticket, said, counted))
    both = Conversation.objects.filter(pk__in=[*alone, *kept])
    # First, so that what could not be erased there now is still found here the next time.
    tracker_store.forget(list(both.values_list("external_id", flat=True)))
    Conversation.objects.filter(pk__in=alone).delete()
    Message.objects.filter(conversation__in=kept).delete()
    # Who writes again after so long begins a new conversation, so nothing needs the address any more.
    Address.objects.filter(conversation__in=kept).delete()
    return len(alone) + len(kept)


def months_before(at: datetime, months: int) -> datetime:
    """So many calendar months earlier; where that month is too short, on its last day."""
    year, month = divmod(at.year * 12 + at.month - 1 - months, 12)
    day = min(at.day, monthrange(year, month + 1)[1])
    return at.replace(year=year, month=month + 1, day=day)


def _ids(conversations: QuerySet[Conversation]) -> list[int]:
    return list(conversations.values_list("pk", flat=True)[:BATCH])
