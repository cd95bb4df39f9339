"""What the desk itself answers on messaging channels: a request for a person, and what it cannot take
(`turns.own_answers`)."""

from __future__ import annotations

from channels import reaching
from conversations.models import WITH_A_PERSON, Conversation, ConversationState, Message, Sender
from conversations.store import add, human_button
from organisation.texts import say
from tickets.models import Reason
from tickets.presentation import next_step
from tickets.reopen import unsolved
from tickets.services import open_in
from turns.own_answers import answered_by_desk, is_for_the_desk, rest_of


@answered_by_desk("human")
def human(conversation: Conversation, message: Message) -> bool:
    """A ticket at once, whatever the assistant does; who has one already is told so, each time."""
    if conversation.state == ConversationState.WITH_EMPLOYEE:
        return False  # the employee reads it
    ticket, is_new = open_in(conversation, Reason.REQUESTED, key=str(message.pk))
    words = "ticket_opened" if is_new else "channels/already_asked"
    add(
        conversation,
        Sender.SYSTEM,
        say(words, number=ticket.number, next_step=next_step(ticket)),
        in_reply_to=message,
    )
    ways = reaching.offers(ticket)
    if ways:
        add(conversation, Sender.SYSTEM, say("channels/other_ways", ways=ways), in_reply_to=message)
    if not is_new:
        ticket.waiting_notice_sent = True
        ticket.save(update_fields=["waiting_notice_sent"])
    return True


@answered_by_desk("content")
def content(conversation: Conversation, message: Message) -> bool:
    """Something that the assistant cannot read. An employee sees what it was; otherwise the customer is told, and
    offered one."""
    if conversation.state in WITH_A_PERSON or unsolved(conversation) is not None:
        return False
    words = say(f"channels/content/{rest_of(message)}_answer")
    latest = conversation.messages.exclude(sender=Sender.CUSTOMER).order_by("-id").first()
    just_before = (
        conversation.messages.filter(sender=Sender.CUSTOMER, pk__lt=message.pk).order_by("-id").first()
    )
    if latest and latest.text == words and just_before and is_for_the_desk(just_before):
        return True  # the second picture of an album needs no second answer
    add(conversation, Sender.ASSISTANT, words, buttons=[human_button()], in_reply_to=message)
    return True
