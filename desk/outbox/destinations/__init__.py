"""The places where things are delivered, one module each behind `base.Destination`."""

from __future__ import annotations

from outbox.destinations.base import Destination
from outbox.destinations.customer_mail import CustomerMail
from outbox.models import DestinationName

_CLASSES: dict[DestinationName, type[Destination]] = {
    DestinationName.CUSTOMER_MAIL: CustomerMail,
}


def destination_of(name: DestinationName) -> Destination:
    """The destination with this name, whose settings must have no faults."""
    return _CLASSES[name]()
