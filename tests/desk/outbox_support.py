"""What the tests of the outbox share."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from tests.support.fake_zammad import GROUP, TOKEN, FakeZammad

from conversations.store import add_customer_message, begin
from organisation.texts import DUTCH
from outbox.models import Delivery, DeliveryState
from tickets.models import Reason, Ticket
from tickets.services import TicketFacts, open_ticket

CUSTOMER = "klant@voorbeeld.example"


def a_ticket(text: str = "Waar is mijn bestelling?", *, language: str = DUTCH, **facts: Any) -> Ticket:
    """An open ticket of a customer who wrote one message."""
    conversation = begin("web", language)
    add_customer_message(conversation.pk, "a", text)
    facts = {"email": CUSTOMER, "intent": "track_order"} | facts
    return open_ticket(conversation, Reason.REQUESTED, facts=TicketFacts(**facts))[0]


def make_due() -> None:
    """Let the time pass that waiting deliveries wait."""
    Delivery.objects.filter(state=DeliveryState.WAITING).update(due_at=timezone.now() - timedelta(seconds=1))


def use_zammad(settings: Any, server: FakeZammad) -> None:
    """Have tickets delivered to this Zammad."""
    settings.OUTBOX_ZAMMAD_URL = server.url
    settings.OUTBOX_ZAMMAD_TOKEN = TOKEN
    settings.OUTBOX_ZAMMAD_GROUP = GROUP
    settings.OUTBOX_ZAMMAD_UNKNOWN_CUSTOMER = "onbekend@lindenhof.example"
