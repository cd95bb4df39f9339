"""What employees wrote to customers who are no longer there is mailed, where an address is known.

The message stays in the chat; the mail is a second way to the customer. What was mailed is kept by the outbox, which sends
a message once, whatever is asked of it.
"""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from away.link import link_to
from channels.models import NOT_REACHED, Outgoing
from conversations.models import Conversation, Message, Sender
from identity.known import identity_of
from organisation.service import service
from outbox import customer_mail
from outbox.models import DestinationName
from tickets.models import Ticket

# What could not be mailed for so long is no news any more.
_NOT_OLDER = timedelta(days=2)
_MOST_PER_ROUND = 100


def unread() -> QuerySet[Message]:
    """Employees' messages that their customer has not seen and that were not mailed; oldest first.

    Who wrote back has read what stood above. What is on its way to a messaging channel, or was taken there, has reached the
    customer as well as a mail would.
    """
    later = Message.objects.filter(
        conversation_id=OuterRef("conversation_id"), sender=Sender.CUSTOMER, pk__gt=OuterRef("pk")
    )
    seen = Q(conversation__attention__customer_read__gte=F("pk"))
    mailed = Q(deliveries__destination=DestinationName.CUSTOMER_MAIL)
    taken = Outgoing.objects.filter(message_id=OuterRef("pk")).exclude(state__in=NOT_REACHED)
    return (
        Message.objects.filter(sender=Sender.EMPLOYEE, at__gte=timezone.now() - _NOT_OLDER)
        .exclude(seen)
        .exclude(mailed)
        .exclude(Exists(taken))
        .exclude(Exists(later))
        .order_by("id")
    )


def mail_unread_messages() -> None:
    """Mail what has not been read for as long as the organisation finds right, all of a conversation in one mail."""
    minutes = service().mail_unread_minutes
    if not minutes:
        return
    has_address = Ticket.objects.filter(conversation_id=OuterRef("conversation_id")).exclude(email="")
    late = unread().filter(Exists(has_address), conversation__is_live=True)
    late = late.filter(at__lte=timezone.now() - timedelta(minutes=minutes))
    for key in list(dict.fromkeys(late.values_list("conversation_id", flat=True)))[:_MOST_PER_ROUND]:
        conversation = Conversation.objects.filter(pk=key).first()
        if conversation is not None and customer_mail.can_send(conversation):
            messages = unread().filter(conversation=conversation)
            customer_mail.send(conversation, messages, link=_link_in(conversation))


def _link_in(conversation: Conversation) -> str:
    """The link for the mail; empty where none may be sent. Only the web chat can be opened by one. When a site has signed
    the customer in, it goes to the address that the site knows only: the link opens all that this customer may see."""
    if conversation.channel != "web":
        return ""
    identity, to = identity_of(conversation), customer_mail.address_of(conversation)
    return link_to(conversation) if identity is None or identity.email == to else ""
