"""Buttons on channels: what goes out instead of a payload, and which button a customer means.

A payload never leaves the desk. A button goes out with a reference (`12.0`: the first button of message 12), which means
nothing in another conversation. Who types the title or the number of a button that was just offered has pressed it.
"""

from __future__ import annotations

import re

from channels.base import Choice, MessagingChannel
from conversations.models import Conversation, Message, Sender
from conversations.offers import Button, is_title, just_offered, titled
from conversations.store import HUMAN_PAYLOAD, human_button
from organisation.texts import say
from turns import own_answers

# The button and the bare word need no assistant (invariant 7): the desk opens the ticket.
HUMAN = own_answers.payload("human")
# With the mark behind it. Longer ones are order numbers and the like.
_LONGEST_NUMBER = 3
_REFERENCE = re.compile(r"([1-9][0-9]{0,17})\.([0-9]{1,2})")


def shown(message: Message, channel: type[MessagingChannel]) -> tuple[str, list[Choice]]:
    """The text and the channel's own buttons of a message; what cannot be a button there becomes a numbered line."""
    choices = [
        Choice(button["title"], f"{message.pk}.{index}") for index, button in enumerate(message.buttons)
    ]
    if not choices:
        return message.text, []
    if _can_show(choices, channel):
        return message.text, choices
    return say_lines(message.text, choices), []


def say_lines(text: str, choices: list[Choice]) -> str:
    """The text with numbered choices below it."""
    lines = [f"{number}. {choice.title}" for number, choice in enumerate(choices, 1)]
    return "\n".join([text, "", *lines, "", say("channels/choose")])


def pressed(conversation: Conversation, reference: str) -> Button | None:
    """The button of this conversation to which a reference leads; None when it was never offered here."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        return None
    message = conversation.messages.filter(pk=int(match[1])).exclude(sender=Sender.CUSTOMER).first()
    if message is None or int(match[2]) >= len(message.buttons):
        return None
    return _own(message.buttons[int(match[2])])


def meant(conversation: Conversation, text: str, channel: type[MessagingChannel]) -> Button | None:
    """The button that a customer means who types its title, its number, or the word for a person."""
    if is_title(say("human_button"), text):
        return _own(human_button())
    number = text.strip().rstrip(".)")
    if number.isdigit():
        is_of_a_list = len(text.strip()) <= _LONGEST_NUMBER
        return _numbered(just_offered(conversation), int(number), channel) if is_of_a_list else None
    button = titled(conversation, text)
    return _own(button) if button else None


def _can_show(choices: list[Choice], channel: type[MessagingChannel]) -> bool:
    titles = {choice.title for choice in choices}
    are_short = all(len(title) <= channel.longest_title for title in titles)
    return len(choices) <= channel.most_choices and are_short and len(titles) == len(choices)


def _numbered(offers: list[Message], number: int, channel: type[MessagingChannel]) -> Button | None:
    """A number is that of the newest list. Where a single button has no number, it could just as well be an answer."""
    for message in offers:
        if len(message.buttons) > 1 or not shown(message, channel)[1]:
            return _own(message.buttons[number - 1]) if 1 <= number <= len(message.buttons) else None
    return None


def _own(button: Button) -> Button:
    return {**button, "payload": HUMAN} if button["payload"] == HUMAN_PAYLOAD else button
