"""How channels are shown to employees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from channels.models import NOT_REACHED, Address, Attachment, Outgoing, OutgoingState
from channels.registry import class_named
from conversations.models import Conversation, Message
from outbox.presentation import problem_text
from outbox.problems import NEEDS_A_PERSON
from tickets.models import Ticket

# How long what did not arrive stays in the supervisors' list.
_LISTED = timedelta(days=14)
# Of a ticket's messages these are kept up to date on an open page.
_FOLLOWED = 50
# The stand of a message is that of its part that stands worst.
_WORST_FIRST = [
    OutgoingState.FAILED,
    OutgoingState.UNCERTAIN,
    OutgoingState.HELD,
    OutgoingState.WAITING,
    OutgoingState.SENDING,
    OutgoingState.SENT,
    OutgoingState.DELIVERED,
    OutgoingState.READ,
]
_CAN_BE_REPEATED = {OutgoingState.FAILED, OutgoingState.UNCERTAIN}


@dataclass(frozen=True)
class Stand:
    """How a message to a customer stands.

    Attributes:
        state: of its part that stands worst.
        problem: why it did not arrive, in Dutch; empty when nothing is wrong.
        can_repeat: an employee may have it sent again.
    """

    message: Message
    state: str
    problem: str
    can_repeat: bool


@dataclass(frozen=True)
class Line:
    """The customer of a ticket on a messaging channel.

    Attributes:
        name, phone: what is known; empty when nothing is.
        invited: the customer was asked to write, because something waits for that.
        unsent: messages that did not arrive or may not have.
        other_ways: the ticket's phone number and e-mail address, for when the customer cannot be reached here.
    """

    channel: str
    name: str
    phone: str
    invited: bool
    unsent: list[Stand]
    other_ways: list[str]


def stand_of(message: Message) -> Stand | None:
    """How a message stands; None when it does not go by a messaging channel. Reads `message.outgoing` only."""
    parts = list(message.outgoing.all())
    if not parts:
        return None
    worst = min(parts, key=lambda part: _WORST_FIRST.index(OutgoingState(part.state)))
    return Stand(
        message=message,
        state=worst.state,
        problem=problem_text(worst.channel, worst.problem, worst.problem_detail),
        can_repeat=worst.state in _CAN_BE_REPEATED,
    )


def attachment_of(message: Message) -> Attachment | None:
    """The file that came with a message."""
    return getattr(message, "attachment", None)


def line_of(ticket: Ticket) -> Line | None:
    """The customer on the channel of a ticket's conversation; None when it is no messaging channel."""
    conversation = ticket.conversation
    if not is_carried(conversation):
        return None
    address = Address.objects.filter(conversation=conversation).first()
    late = Q(outgoing__state=OutgoingState.WAITING, outgoing__problem__gt="")
    messages = followed(conversation).filter(Q(outgoing__state__in=NOT_REACHED) | late).distinct()
    stands = [stand for message in messages if (stand := stand_of(message))]
    return Line(
        channel=conversation.channel,
        name=address.name if address else "",
        phone=f"+{address.value}" if address and _is_phone(address) else "",
        invited=bool(address and address.invited_at and address.invited_at > address.written_at),
        unsent=stands,
        other_ways=[way for way in (ticket.phone, ticket.email) if way],
    )


def is_carried(conversation: Conversation) -> bool:
    """Does the desk itself carry this conversation on a messaging channel? Rasa's own channels can have the same names."""
    return conversation.is_live and class_named(conversation.channel) is not None


def followed(conversation: Conversation) -> QuerySet[Message]:
    """The latest messages of a conversation, with what their stand and files are read from."""
    latest = conversation.messages.order_by("-id").values_list("pk", flat=True)[:_FOLLOWED]
    found = Message.objects.filter(pk__in=list(latest)).order_by("id")
    return found.prefetch_related("outgoing").select_related("attachment")


def not_arrived() -> QuerySet[Outgoing]:
    """For supervisors: what did not arrive lately, or waits for somebody to mend something; newest first."""
    recent = Outgoing.objects.filter(message__at__gt=timezone.now() - _LISTED)
    given_up = Q(state__in=[OutgoingState.FAILED, OutgoingState.UNCERTAIN])
    late = Q(state=OutgoingState.WAITING, problem__gt="")
    return recent.filter(given_up | late).select_related("message__conversation").order_by("-id")


def alarm_count() -> int:
    """How many messages wait until somebody mends a setting."""
    return Outgoing.objects.filter(state=OutgoingState.WAITING, problem__in=NEEDS_A_PERSON).count()


def _is_phone(address: Address) -> bool:
    return address.channel == "whatsapp" and address.value.isdigit()
