"""Who writes on which messaging channel, what came in, and what went out."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from conversations.models import Conversation, Message


class Address(models.Model):
    """Where a customer is reached on a channel, and the conversation that is held there.

    Attributes:
        value: the vendor's: a chat id, a telephone number, an e-mail address.
        name: what the customer is called over there, for employees; empty when unknown.
        written_at: when the customer wrote last, by the vendor's clock.
        invited_at: when the customer was last asked to write, because something has to wait for that; None for never.
        sender_owner, sender_until: who is sending to this address now. Counts until `sender_until` only: a process may die.
    """

    channel = models.CharField(max_length=32)
    value = models.CharField(max_length=255)
    conversation = models.OneToOneField(
        Conversation, on_delete=models.CASCADE, related_name="channel_address"
    )
    name = models.CharField(max_length=120, blank=True, default="")
    written_at = models.DateTimeField(default=timezone.now)
    invited_at = models.DateTimeField(null=True, blank=True)
    sender_owner = models.CharField(max_length=32, blank=True, default="")
    sender_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "addresses"
        constraints = [
            models.UniqueConstraint(fields=["channel", "value"], name="one_conversation_per_address")
        ]

    def __str__(self) -> str:
        return f"{self.channel} address of {self.conversation_id}"


class Received(models.Model):
    """A vendor's event that was taken in: delivered again, it is the same event.

    Attributes:
        key: a hash, because vendors' ids can hold a telephone number (`channels.incoming.key_of`).
    """

    key = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return self.key


class OutgoingState(models.TextChoices):
    """How a message to a customer stands."""

    WAITING = "waiting"  # to be sent
    SENDING = "sending"  # being sent: written before the vendor is called
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"  # given up: it did not arrive
    UNCERTAIN = "uncertain"  # it may have arrived; it is not sent again by itself
    HELD = "held"  # the customer has to write first; sent as soon as that happens


# It goes to the customer by itself: now, later, or as soon as the customer writes.
STILL_TO_GO = [OutgoingState.WAITING, OutgoingState.SENDING, OutgoingState.HELD]
# The customer does not have it, or may not have it, and that does not pass by itself.
NOT_REACHED = [OutgoingState.FAILED, OutgoingState.UNCERTAIN, OutgoingState.HELD]


class Outgoing(models.Model):
    """A message on its way to a customer. A long one is sent in parts; rows of a conversation are sent in order of id.

    What is sent is read from the message when it is sent; nothing of it is copied.

    Attributes:
        part: which part of the message, from 0.
        key: the desk's own name of it for the vendor, the same at every attempt.
        remote_id: the vendor's id of it, by which statuses refer to it; empty until it is sent.
        attempts: how often sending was begun.
        due_at: not to be tried before.
        tried_since: from when on the time counts after which sending is given up.
        sent_at: when the vendor was last called with it; None before that.
        problem, problem_detail: why the latest attempt failed, as in `outbox.models.Delivery`.
    """

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="outgoing")
    part = models.PositiveSmallIntegerField(default=0)
    channel = models.CharField(max_length=32)
    key = models.UUIDField(unique=True, editable=False)
    state = models.CharField(max_length=16, choices=OutgoingState, default=OutgoingState.WAITING)
    remote_id = models.CharField(max_length=255, blank=True, default="")
    attempts = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    tried_since = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=32, blank=True, default="")
    problem_detail = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["message", "part"], name="one_outgoing_per_part")]
        indexes = [
            models.Index(fields=["state", "due_at"], name="outgoing_queue"),
            models.Index(fields=["channel", "remote_id"], name="outgoing_remote"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.message_id}.{self.part} {self.state}"


class AttachmentState(models.TextChoices):
    """How a file stands that a customer sent."""

    WAITING = "waiting"  # to be fetched from the vendor
    KEPT = "kept"
    TOO_LARGE = "too_large"
    WRONG_TYPE = "wrong_type"
    TOO_MANY = "too_many"
    GONE = "gone"  # the vendor does not give it (any more)


class Attachment(models.Model):
    """A picture or document that a customer sent. It goes with its message (R24).

    Attributes:
        file: what the channel needs to fetch it; emptied afterwards.
        name: as the customer's device called it, cleaned and masked; empty when unknown.
        content_type: found in the content, never what was claimed; empty until it is kept.
        attempts, due_at: of fetching.
    """

    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="attachment")
    channel = models.CharField(max_length=32)
    file = models.JSONField(default=dict, blank=True)
    name = models.CharField(max_length=120, blank=True, default="")
    state = models.CharField(max_length=16, choices=AttachmentState, default=AttachmentState.WAITING)
    content_type = models.CharField(max_length=64, blank=True, default="")
    attempts = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        indexes = [models.Index(fields=["state", "due_at"], name="attachment_queue")]

    def __str__(self) -> str:
        return f"attachment of {self.message_id}"


class AttachmentContent(models.Model):
    """The file itself: in the database, so that every process has it and nothing is left behind when its message is
    erased."""

    attachment = models.OneToOneField(
        Attachment, on_delete=models.CASCADE, primary_key=True, related_name="content"
    )
    data = models.BinaryField()

    def __str__(self) -> str:
        return f"content of {self.attachment_id}"
