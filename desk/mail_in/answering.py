"""What goes back to who mailed: a confirmation, and what employees write. Both are mails of the outbox."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_save

from conversations.models import Conversation, Message, Sender
from mail_in.models import TakenMail
from mail_in.settings import reply_address
from outbox import customer_mail
from outbox.models import Delivery, DeliveryKind, DestinationName
from outbox.settings import can_mail
from tickets.models import Ticket

CHANNEL = "email"


def connect() -> None:
    """Listen to every message, inside its transaction, and tell the outbox which conversations are held by mail."""
    post_save.connect(_message, sender=Message, dispatch_uid="mail_in.message")
    customer_mail.register_correspondence(_correspondence)


def confirm(ticket: Ticket) -> None:
    """Queue the one automatic mail about a ticket: that it is there, and that a person answers."""
    if not can_mail():
        return
    Delivery.objects.get_or_create(
        ticket=ticket, destination=DestinationName.CUSTOMER_MAIL, kind=DeliveryKind.CONFIRMATION
    )


def _correspondence(conversation: Conversation) -> customer_mail.Correspondence | None:
    if conversation.channel != CHANNEL:
        return None
    newest = (
        TakenMail.objects.filter(conversation=conversation).exclude(message_id="").order_by("-at").first()
    )
    return customer_mail.Correspondence(reply_address(), newest.message_id if newest else "")


def _message(instance: Message, created: bool, **kwargs: Any) -> None:
    if created and instance.sender == Sender.EMPLOYEE and instance.conversation.channel == CHANNEL:
        customer_mail.send(instance.conversation, [instance])
