"""Tickets in Zammad: one over there for each here, with an article for every change and message."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings

from conversations.models import Sender
from organisation.texts import say
from outbox import content
from outbox.destinations.zammad_api import ZammadApi
from outbox.http import Exchange
from outbox.models import Counterpart, Delivery, DeliveryKind, DestinationName
from tickets.models import HistoryKind, Priority, Ticket, TicketState

_ZAMMAD = DestinationName.ZAMMAD
# Zammad's own names of states and priorities (documentation: ticket/states, ticket/priorities).
_CLOSED, _OPEN = "closed", "open"
_PRIORITIES = {
    Priority.URGENT: "3 high",
    Priority.HIGH: "3 high",
    Priority.NORMAL: "2 normal",
    Priority.LOW: "1 low",
}
# Zammad's names of who wrote an article.
_SENDERS = {Sender.CUSTOMER: "Customer", Sender.EMPLOYEE: "Agent"}


class Zammad:
    """See `outbox.destinations.base.Destination`.

    However often a delivery is tried, Zammad holds it once. Before a ticket is made, one whose title holds its reference is
    looked for; before an article is added, the subjects of the ticket's articles are read.
    """

    def deliver(self, delivery: Delivery) -> None:
        """Make or update the ticket. Raises `DeliveryProblem`."""
        with _exchange() as exchange:
            api = ZammadApi(exchange)
            counterpart = _counterpart(api, delivery)
            if delivery.reference in api.article_subjects(counterpart.remote_id):
                return
            if delivery.entry is not None and delivery.entry.kind == HistoryKind.TAGS_CHANGED:
                for tag in content.tags(delivery.ticket):
                    api.add_tag(counterpart.remote_id, tag)
            # Last, because the article shows that this delivery has arrived.
            api.update_ticket(
                counterpart.remote_id, _changes(api, delivery) | {"article": _article(delivery)}
            )

    def try_out(self) -> str:
        """Make a ticket and close it. Raises `DeliveryProblem`."""
        with _exchange() as exchange:
            api = ZammadApi(exchange)
            name = say("outbox/subject/trial")
            ticket = api.create_ticket(
                {
                    "title": f"{name} [{uuid.uuid4().hex[:8]}]",
                    "group": settings.OUTBOX_ZAMMAD_GROUP,
                    "customer_id": f"guess:{settings.OUTBOX_ZAMMAD_UNKNOWN_CUSTOMER}",
                    "article": {"subject": name, "body": name, "type": "note", "internal": True},
                }
            )
            api.update_ticket(str(ticket["id"]), {"state": _CLOSED})
        return say("outbox/trial/zammad", number=ticket.get("number"), group=settings.OUTBOX_ZAMMAD_GROUP)


def remote_link(counterpart: Counterpart) -> str:
    """The address of a ticket in Zammad's own pages."""
    return f"{settings.OUTBOX_ZAMMAD_URL}/#ticket/zoom/{counterpart.remote_id}"


def _exchange() -> Exchange:
    return Exchange({"Authorization": f"Token token={settings.OUTBOX_ZAMMAD_TOKEN}"})


def _counterpart(api: ZammadApi, delivery: Delivery) -> Counterpart:
    """The ticket over there: the one we know, else one that was made while its answer was lost, else a new one."""
    ticket = delivery.ticket
    known = Counterpart.objects.filter(ticket=ticket, destination=_ZAMMAD).first()
    if known is not None:
        return known
    reference = _reference(ticket)
    remote = api.ticket_with(reference) or api.create_ticket(_new_ticket(delivery, reference))
    return Counterpart.objects.get_or_create(
        ticket=ticket,
        destination=_ZAMMAD,
        defaults={"remote_id": str(remote["id"]), "remote_number": str(remote.get("number", ""))[:64]},
    )[0]


def _reference(ticket: Ticket) -> str:
    """By this Zammad's ticket is known, e.g. `T-100042-3f2ab1c4`.

    Its second part is of this desk's first delivery, so that a desk that was set up anew and counts from the beginning
    does not find tickets of the one before it.
    """
    first = Delivery.objects.filter(ticket=ticket, destination=_ZAMMAD).order_by("id").first()
    assert first is not None, "a delivery is being sent"
    return f"{ticket.number}-{first.uid.hex[:8]}"


def _new_ticket(delivery: Delivery, reference: str) -> dict[str, Any]:
    ticket = delivery.ticket
    return {
        "title": f"{content.title(ticket)} [{reference}]",
        "group": settings.OUTBOX_ZAMMAD_GROUP,
        "customer_id": f"guess:{ticket.email or settings.OUTBOX_ZAMMAD_UNKNOWN_CUSTOMER}",
        "priority": _PRIORITIES[Priority(ticket.priority)],
        "tags": ",".join(content.tags(ticket)),
        "article": {
            # A ticket that is older than this destination begins with an article of its own, and the change follows.
            "subject": delivery.reference if content.is_opening(delivery) else reference,
            "body": content.opening_text(delivery),
            "content_type": "text/plain",
            "type": "note",
            "sender": "Customer",
            "internal": False,
        },
    }


def _changes(api: ZammadApi, delivery: Delivery) -> dict[str, Any]:
    """What changes about the ticket itself. States that Zammad's own people set stay, until it is closed or opened again."""
    entry, ticket = delivery.entry, delivery.ticket
    if entry is None:
        return {}
    changes: dict[str, Any] = {}
    if ticket.state == TicketState.CLOSED:
        changes["state"] = _CLOSED
    elif entry.kind == HistoryKind.REOPENED:
        changes["state"] = _OPEN
    if entry.kind == HistoryKind.PRIORITY_CHANGED:
        changes["priority"] = _PRIORITIES[Priority(ticket.priority)]
    if entry.kind == HistoryKind.DETAILS_ADDED and ticket.email:
        changes["customer_id"] = api.customer_id(ticket.email)
    return changes


def _article(delivery: Delivery) -> dict[str, Any]:
    is_message = delivery.kind == DeliveryKind.MESSAGE
    writer = delivery.messages.order_by("id").first() if is_message else None
    return {
        "subject": delivery.reference,
        "body": content.update_text(delivery),
        "content_type": "text/plain",
        "type": "note",
        "sender": _SENDERS.get(Sender(writer.sender), "System") if writer else "System",
        # What people wrote to each other may be seen by the customer there too; who took the ticket need not.
        "internal": not is_message,
    }
