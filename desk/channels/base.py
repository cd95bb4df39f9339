"""What every channel has in common: it finds out who writes, and hands the message to `conversations`.

A channel whose provider has to be called for each answer (WhatsApp, e-mail) listens to
`conversations.signals.conversation_changed` for its outgoing side; the web chat's customers read their stream themselves.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

from django.http import HttpRequest

from conversations.models import Conversation, Message
from conversations.store import add_customer_message, begin
from tickets.models import Ticket
from tickets.services import request_human


class Channel(ABC):
    """A way in for customers."""

    name: str

    @abstractmethod
    def authenticate(self, request: HttpRequest) -> Conversation:
        """The conversation that this request may read and write.

        Raises:
            api.errors.ApiError: 401 when it proves nothing, 404 when the conversation is gone.
        """

    def begin(self) -> Conversation:
        """A new conversation with its first message."""
        return begin(self.name)

    def receive(self, conversation: Conversation, client_id: str, text: str) -> Message:
        """Store one customer message, whose turn then starts; the same `client_id` again gives the same message."""
        message, _ = add_customer_message(conversation.pk, client_id, text)
        return message

    def ask_for_human(self, conversation: Conversation) -> Ticket:
        """Open a ticket at once, whatever works or does not (R1, R3)."""
        return request_human(conversation)
