"""What happens to customers who wait: an apology when nobody picks up, and another way when they choose one.

Waiting itself never ends a request (R12): nothing here closes a ticket or takes it out of the queue.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from conversations.models import ConversationState, Sender
from conversations.store import locked, tell
from organisation import business_time
from organisation.loader import current
from organisation.service import service
from tickets.details import Details, add_details
from tickets.models import Ticket, TicketState, Wish
from tickets.presentation import callback_slot
from tickets.services import locked_ticket
from waiting.models import Apology
from waiting.standing import has_apology, offered

_MOST_PER_ROUND = 200


class NotOffered(Exception):
    """The customer cannot choose this now: there is no ticket that is not closed, or this way is not offered."""


def apologise_to_who_waits_long() -> None:
    """Tell customers, once, that nobody picked up in time. Only in opening hours; 0 minutes switches it off."""
    minutes, hours, now = service().nobody_picks_up_minutes, current().opening_hours, timezone.now()
    if not minutes or not hours.is_open(now):
        return
    patience = timedelta(minutes=minutes)
    waiting = (
        Ticket.objects.waiting()
        .awake()
        .filter(
            queued_at__lte=now - patience,
            conversation__is_live=True,
            conversation__state=ConversationState.WAITING,
        )
    )
    undecided = waiting.exclude(wish__in=[Wish.CALL_BACK, Wish.EMAIL])
    told = {apology.ticket_id: apology.queued_at for apology in Apology.objects.filter(ticket__in=undecided)}
    for key, queued_at in undecided.in_queue_order().values_list("pk", "queued_at")[
        : _MOST_PER_ROUND + len(told)
    ]:
        if told.get(key) != queued_at and business_time.between(hours, queued_at, now) >= patience:
            _apologise(key)


def _apologise(ticket_id: int) -> None:
    with locked_ticket(ticket_id) as ticket:
        if ticket.state != TicketState.OPEN or has_apology(ticket):
            return
        Apology.objects.update_or_create(ticket=ticket, defaults={"queued_at": ticket.queued_at})
        values = {
            "number": ticket.number,
            "ways": offered(ticket, is_open=True),
            "has_form": ticket.conversation.channel == "web",
        }
        tell(ticket.conversation, Sender.SYSTEM, "waiting/nobody_yet", values)


def choose(conversation_id: int, details: Details) -> Ticket:
    """The customer chooses to be called or mailed instead of waiting here. The ticket keeps its number and its place.

    Args:
        conversation_id: primary key.
        details: with a wish that is offered, and how to reach the customer for it.

    Raises:
        Conversation.DoesNotExist: it is gone.
        NotOffered: it cannot be chosen.
        SlotFull: others were first for that moment.
    """
    with locked(conversation_id) as conversation:
        ticket = conversation.tickets.not_closed().select_related("employee").first()
        if ticket is None:
            raise NotOffered
        ticket.conversation = conversation
        is_open = current().opening_hours.is_open(timezone.now())
        if details.wish not in offered(ticket, is_open=is_open):
            raise NotOffered
        ticket = add_details(ticket.pk, details)
        chosen = {"ticket": ticket, "slot": callback_slot(ticket)}
        tell(conversation, Sender.SYSTEM, "waiting/chosen", chosen)
        return ticket
