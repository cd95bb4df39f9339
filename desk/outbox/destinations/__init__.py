"""The places where things are delivered, one module each behind `base.Destination`."""

from __future__ import annotations

from outbox.destinations.base import Destination
from outbox.destinations.customer_mail import CustomerMail
from outbox.destinations.ticket_mail import TicketMail
from outbox.destinations.webhook import WebhookDestination
from outbox.destinations.zammad import Zammad
from outbox.models import DestinationName

_CLASSES: dict[DestinationName, type[Destination]] = {
    DestinationName.ZAMMAD: Zammad,
    DestinationName.TICKET_MAIL: TicketMail,
    DestinationName.WEBHOOK: WebhookDestination,
    DestinationName.CUSTOMER_MAIL: CustomerMail,
}


def destination_of(name: DestinationName) -> Destination:
    """The destination with this name, whose settings must have no faults."""
    return _CLASSES[name]()
