"""Queues what has to be told, in the transaction in which it happens: what is rolled back is not told either."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_save

from conversations.models import Message, Sender
from organisation.service import service
from outbox.models import Delivery, DeliveryKind, DestinationName
from outbox.settings import can_mail, told_about_tickets
from tickets.models import HistoryEntry, HistoryKind, Ticket

# The assistant's and the desk's own lines are in the transcript with which a ticket arrives; afterwards people talk.
_TOLD_SENDERS = (Sender.CUSTOMER, Sender.EMPLOYEE)
# The first answer is told as the message that it is.
_NOT_TOLD = {HistoryKind.ANSWERED}


def connect() -> None:
    """Listen to every change of a ticket and every message. Django calls the receivers inside the transaction."""
    post_save.connect(_history_entry, sender=HistoryEntry, dispatch_uid="outbox.history_entry")
    post_save.connect(_message, sender=Message, dispatch_uid="outbox.message")


def _history_entry(instance: HistoryEntry, created: bool, **kwargs: Any) -> None:
    if not created:
        return
    for destination in told_about_tickets() if instance.kind not in _NOT_TOLD else ():
        Delivery.objects.create(
            destination=destination, kind=DeliveryKind.CHANGE, ticket_id=instance.ticket_id, entry=instance
        )
    _confirm(instance)


def _message(instance: Message, created: bool, **kwargs: Any) -> None:
    if not created or instance.sender not in _TOLD_SENDERS or not told_about_tickets():
        return
    ticket = Ticket.objects.not_closed().filter(conversation_id=instance.conversation_id).first()
    if ticket is None:
        return
    for destination in told_about_tickets():
        delivery = Delivery.objects.create(destination=destination, kind=DeliveryKind.MESSAGE, ticket=ticket)
        delivery.messages.add(instance)


def _confirm(entry: HistoryEntry) -> None:
    """Confirm a ticket to the customer by mail, once, as soon as there is an address, when the organisation wants that."""
    may_have_address = entry.kind in {HistoryKind.OPENED, HistoryKind.DETAILS_ADDED}
    if not (may_have_address and service().confirm_ticket_by_mail and can_mail() and entry.ticket.email):
        return
    confirmations = Delivery.objects.filter(
        ticket_id=entry.ticket_id, destination=DestinationName.CUSTOMER_MAIL, kind=DeliveryKind.CONFIRMATION
    )
    if not confirmations.exists():
        confirmations.create(
            ticket_id=entry.ticket_id,
            destination=DestinationName.CUSTOMER_MAIL,
            kind=DeliveryKind.CONFIRMATION,
        )
