"""What the console's shared templates show of messaging channels."""

from __future__ import annotations

from django import template

from channels import presentation
from channels.models import Attachment
from channels.phone import phone_on_channel
from conversations.models import Conversation, Message
from tickets.models import Ticket

register = template.Library()


@register.simple_tag
def stand_of(message: Message) -> presentation.Stand | None:
    """How a message to the customer stands."""
    return presentation.stand_of(message)


@register.simple_tag
def attachment_of(message: Message) -> Attachment | None:
    """The file that came with a message."""
    return presentation.attachment_of(message)


@register.simple_tag
def channel_line_of(ticket: Ticket) -> presentation.Line | None:
    """The customer on the channel."""
    return presentation.line_of(ticket)


@register.simple_tag
def phone_on_channel_of(conversation: Conversation) -> str:
    """The telephone number with which the customer writes; empty for none."""
    return phone_on_channel(conversation)


@register.simple_tag
def channel_alarms() -> int:
    """How many messages wait for somebody to mend a setting."""
    return presentation.alarm_count()
