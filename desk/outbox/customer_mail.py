"""Mail to a customer who is no longer in the chat. The mail itself is made in `outbox.destinations.customer_mail`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from conversations.models import Conversation, Message, Sender
from conversations.store import locked
from outbox.models import Delivery, DeliveryKind, DestinationName
from outbox.settings import can_mail
from tickets.models import Ticket


@dataclass(frozen=True)
class Correspondence:
    """How a customer is answered who mailed.

    Attributes:
        reply_to: where an answer of the customer comes in; empty for the organisation's own address.
        refers_to: the Message-ID of the customer's newest mail; empty when it had none.
    """

    reply_to: str
    refers_to: str


_found_by: list[Callable[[Conversation], Correspondence | None]] = []


def register_correspondence(find: Callable[[Conversation], Correspondence | None]) -> None:
    """Have `find` say of a conversation whether it is held by mail; once for each app that takes mail in."""
    if find not in _found_by:
        _found_by.append(find)


def correspondence_in(conversation: Conversation) -> Correspondence | None:
    """How the customer of a conversation that is held by mail is answered; None for every other conversation."""
    return next((found for find in _found_by if (found := find(conversation))), None)


def can_send(conversation: Conversation) -> bool:
    """Can a mail be sent to this customer: is mail set up, and is an address on the latest ticket that has one?"""
    return can_mail() and bool(address_of(conversation))


def address_of(conversation: Conversation) -> str:
    """Where mail to this customer goes: the address on the newest ticket that has one. Empty when none has."""
    ticket = _addressed_ticket(conversation)
    return ticket.email if ticket else ""


def _addressed_ticket(conversation: Conversation) -> Ticket | None:
    return conversation.tickets.exclude(email="").order_by("-id").first()


def send(conversation: Conversation, messages: Iterable[Message], link: str = "") -> Delivery | None:
    """Queue one mail to the customer with what employees wrote. It is sent by the worker, and tried again when that fails.

    Asking again for the same messages queues nothing: a message goes into one mail only.

    Args:
        conversation: whose customer; the address is that of the newest ticket that has one.
        messages: of this conversation; only those of an employee are sent, in order.
        link: absolute address at which the customer can go on with the conversation; without it the mail names the site.

    Returns:
        The queued mail (`state` tells how it stands), or None when there is nothing to send, no address, or no mail server.

    Raises:
        Conversation.DoesNotExist: the conversation is gone.
    """
    ids = [message.pk for message in messages]
    with locked(conversation.pk) as current:
        ticket = _addressed_ticket(current)
        if ticket is None or not can_mail():
            return None
        unsent = (
            current.messages.filter(pk__in=ids, sender=Sender.EMPLOYEE)
            .exclude(deliveries__destination=DestinationName.CUSTOMER_MAIL)
            .order_by("id")
        )
        unsent_ids = list(unsent.values_list("pk", flat=True))
        if not unsent_ids:
            return None
        delivery = Delivery.objects.create(
            destination=DestinationName.CUSTOMER_MAIL, kind=DeliveryKind.UNREAD, ticket=ticket, link=link
        )
        delivery.messages.add(*unsent_ids)
        return delivery
