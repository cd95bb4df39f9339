"""What employees wrote is mailed to customers who chose that, and to those who are no longer there, where an address is
known.

The message stays in the chat; the mail is a second way to the customer. What was mailed is kept by the outbox, which sends
a message once, whatever is asked of it.
"""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from away.link import link_to
from channels.models import NOT_REACHED, Outgoing
from conversations.models import Conversation, Message, Sender
from identity.known import identity_of
from organisation.service import service
from outbox import customer_mail
from outbox.models import DestinationName
from tickets.models import Ticket, Wish

# What could not be mailed for so long is no news any more.
_NOT_OLDER = timedelta(days=2)
_MOST_PER_ROUND = 100
# Who chose mail gets it after so long, so that what an employee writes in a row is one mail.
_WRITTEN_IN_A_ROW = timedelta(minutes=2)


def promised() -> QuerySet[Message]:
    """Employees' messages to customers who chose an answer by e-mail, as far as they were not mailed; oldest first.

    Whether they were seen says nothing: a chat can stand open on a screen that nobody looks at. Only who wrote back has read
    what stood above.
    """
    latest = Ticket.objects.filter(conversation_id=OuterRef("conversation_id")).order_by("-id")
    return _not_mailed().alias(wish=Subquery(latest.values("wish")[:1])).filter(wish=Wish.EMAIL)


def unread() -> QuerySet[Message]:
    """Employees' messages that their customer has not seen and that were not mailed; oldest first.

    What is on its way to a messaging channel, or was taken there, has reached the customer as well as a mail would.
    """
    seen = Q(conversation__attention__customer_read__gte=F("pk"))
    taken = Outgoing.objects.filter(message_id=OuterRef("pk")).exclude(state__in=NOT_REACHED)
    return _not_mailed().exclude(seen).exclude(Exists(taken))


def mail_what_employees_wrote() -> None:
    """Mail what was promised by mail, and what has not been read for as long as the organisation finds right; all of a
    conversation in one mail.
    """
    _mail(promised(), _WRITTEN_IN_A_ROW)
    if minutes := service().mail_unread_minutes:
        _mail(unread(), timedelta(minutes=minutes))


def _mail(messages: QuerySet[Message], patience: timedelta) -> None:
    has_address = Ticket.objects.filter(conversation_id=OuterRef("conversation_id")).exclude(email="")
    late = messages.filter(Exists(has_address), conversation__is_live=True, at__lte=timezone.now() - patience)
    for key in list(dict.fromkeys(late.values_list("conversation_id", flat=True)))[:_MOST_PER_ROUND]:
        conversation = Conversation.objects.filter(pk=key).first()
        if conversation is not None and customer_mail.can_send(conversation):
            found = messages.filter(conversation=conversation)
            customer_mail.send(conversation, found, link=_link_in(conversation))


def _link_in(conversation: Conversation) -> str:
    """The link for the mail; empty where none may be sent. Only the web chat can be opened by one. When a site has signed
    the customer in, it goes to the address that the site knows only: the link opens all that this customer may see."""
    if conversation.channel != "web":
        return ""
    identity, to = identity_of(conversation), customer_mail.address_of(conversation)
    return link_to(conversation) if identity is None or identity.email == to else ""


def _not_mailed() -> QuerySet[Message]:
    """Employees' messages, oldest first, that no mail has and after which the customer wrote nothing."""
    later = Message.objects.filter(
        conversation_id=OuterRef("conversation_id"), sender=Sender.CUSTOMER, pk__gt=OuterRef("pk")
    )
    return (
        Message.objects.filter(sender=Sender.EMPLOYEE, at__gte=timezone.now() - _NOT_OLDER)
        .exclude(deliveries__destination=DestinationName.CUSTOMER_MAIL)
        .exclude(Exists(later))
        .order_by("id")
    )
