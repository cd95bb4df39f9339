"""What was said, by whom, and who is to answer."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class ConversationState(models.TextChoices):
    """Who answers the customer (docs/contracts.md, Words)."""

    WITH_ASSISTANT = "with_assistant"
    WAITING = "waiting"
    WITH_EMPLOYEE = "with_employee"
    CLOSED = "closed"


# While it is so the conversation has a ticket that is not closed, and otherwise it has none.
WITH_A_PERSON = [ConversationState.WAITING, ConversationState.WITH_EMPLOYEE]


class Sender(models.TextChoices):
    """Who wrote a message (docs/contracts.md, Words)."""

    CUSTOMER = "customer"
    ASSISTANT = "assistant"
    EMPLOYEE = "employee"
    SYSTEM = "system"


class TurnState(models.TextChoices):
    """What became of a customer's message; empty for all other messages."""

    NONE = ""
    PENDING = "pending"  # to be answered by the assistant, or being answered
    ANSWERED = "answered"
    FAILED = "failed"  # the safety net answered
    FOR_EMPLOYEE = (
        "for_employee"  # written while a person is asked for or has the conversation: not forwarded
    )
    OVERTAKEN = "overtaken"  # a person came in while the assistant was thinking: its answer was dropped


class Conversation(models.Model):
    """One customer on one channel.

    Attributes:
        external_id: the name outside the desk: a UUID for the web chat, Rasa's sender id for Rasa's own channels.
        language: in which the desk itself speaks (`organisation.texts.LANGUAGES`); the assistant's is Dutch.
        is_live: the desk itself carries the messages, so an employee can chat with the customer.
        revision: grows with every message and every change of state; streams compare it to see that there is news.
        turn_owner: who is answering now; empty when nobody is. Counts until `turn_expires_at` only.
        needs_fresh_session: the assistant must forget its half-filled form before it gets the next message.
        last_answers: fingerprint of the assistant's previous answers, for the loop guard.
        repeats: how often running the assistant has given those same answers again.
        is_adding_details: the assistant's latest answer asks something for the ticket, so the customer's next message goes
            to it although a person is waited for. Ends with every change of `state`.
    """

    external_id = models.CharField(max_length=255, unique=True)
    channel = models.CharField(max_length=32, default="web")
    language = models.CharField(max_length=2, default="nl")
    is_live = models.BooleanField(default=True)
    state = models.CharField(
        max_length=16, choices=ConversationState, default=ConversationState.WITH_ASSISTANT
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_message_at = models.DateTimeField(default=timezone.now, editable=False)
    revision = models.PositiveBigIntegerField(default=0)
    turn_owner = models.CharField(max_length=64, blank=True, default="")
    turn_expires_at = models.DateTimeField(null=True, blank=True)
    needs_fresh_session = models.BooleanField(default=False)
    last_answers = models.CharField(max_length=64, blank=True, default="")
    repeats = models.PositiveSmallIntegerField(default=0)
    is_adding_details = models.BooleanField(default=False)

    class Meta:
        permissions = [("review", "Can review conversations to improve the assistant")]
        indexes = [
            # What the console's pages listen to, several times a second (`console.watch`).
            models.Index(
                fields=["state", "revision"],
                condition=models.Q(state__in=WITH_A_PERSON),
                name="conversation_with_a_person",
            )
        ]

    def __str__(self) -> str:
        return self.external_id


class Message(models.Model):
    """One message. What is stored is masked (`privacy.masking`); the original exists nowhere.

    Attributes:
        language: that of the text; empty for what a person wrote.
        name: the sender's name as the customer sees it; empty for the customer.
        sent_at: when the customer sent it, by the clock of a channel that says so: messages can come in late and in another
            order. None for everything else.
        payload: what the assistant gets instead of `text`, when the customer pressed a button; `desk:…` is answered by the
            desk (`turns.own_answers`).
        buttons: `[{"title": str, "payload": str}, …]`.
        client_id: the sender's own id of a customer's message; the same id twice is the same message.
        in_reply_to: the customer's message that this answers, when the assistant or the desk answered one.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    at = models.DateTimeField(default=timezone.now, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True)
    sender = models.CharField(max_length=16, choices=Sender)
    name = models.CharField(max_length=80, blank=True, default="")
    text = models.TextField()
    language = models.CharField(max_length=2, blank=True, default="")
    payload = models.TextField(blank=True, default="")
    buttons = models.JSONField(default=list, blank=True)
    client_id = models.CharField(max_length=64, null=True, blank=True)
    turn_state = models.CharField(max_length=16, choices=TurnState, blank=True, default=TurnState.NONE)
    turn_attempts = models.PositiveSmallIntegerField(default=0)
    in_reply_to = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="replies"
    )

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["conversation", "id"], name="message_feed"),
            models.Index(fields=["id"], condition=models.Q(turn_state="pending"), name="message_pending"),
            models.Index(fields=["at"], condition=models.Q(sender="employee"), name="message_by_employee"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "sender", "client_id"], name="one_message_per_client_id"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sender} {self.pk}"


class Attention(models.Model):
    """What both sides of a conversation have seen, and whether somebody is typing. There is none before the first of these.

    Apart from the conversation itself, because it changes far more often than what is said and the queue does not show it.

    Attributes:
        revision: grows with every change; streams compare it, as they do with `Conversation.revision`.
        customer_received: id of the last message that the customer's browser has; 0 for none.
        customer_read: id of the last message that stood on the customer's screen; never above `customer_received`.
        employee_read: id of the last message that stood on the screen of the employee who has the conversation.
        customer_typing_at, employee_typing_at: when they last typed; no word of it is kept.
    """

    conversation = models.OneToOneField(
        Conversation, on_delete=models.CASCADE, primary_key=True, related_name="attention"
    )
    revision = models.PositiveBigIntegerField(default=0)
    customer_received = models.PositiveBigIntegerField(default=0)
    customer_read = models.PositiveBigIntegerField(default=0)
    employee_read = models.PositiveBigIntegerField(default=0)
    customer_typing_at = models.DateTimeField(null=True, blank=True)
    employee_typing_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"attention in {self.conversation_id}"
