"""The human button of a page, also while an employee has the ticket."""

from __future__ import annotations

import uuid

from conversations.models import Conversation, Sender
from conversations.store import HUMAN_PAYLOAD, add_customer_words, human_button, locked
from tickets.models import Ticket, TicketState
from tickets.services import request_human


def ask_for_human(conversation_id: int) -> Ticket:
    """Open a ticket at once; who has an employee already asks that employee again.

    Asking again is a message of the customer, as the same button in the conversation is: it wakes a ticket that was put
    aside, and ends in a new ticket when the employee closed this one just now.

    Raises:
        Conversation.DoesNotExist: the conversation is gone.
    """
    with locked(conversation_id) as conversation:
        ticket = request_human(conversation)
        if ticket.state == TicketState.ASSIGNED and not _just_asked(conversation):
            button = human_button(conversation.language)
            add_customer_words(
                conversation, f"human-{uuid.uuid4().hex}", button["title"], payload=button["payload"]
            )
        return ticket


def _just_asked(conversation: Conversation) -> bool:
    """Is that the last thing in the conversation? Pressed once more it says nothing new, however often."""
    last = conversation.messages.order_by("-id").first()
    return last is not None and (last.sender, last.payload) == (Sender.CUSTOMER, HUMAN_PAYLOAD)
