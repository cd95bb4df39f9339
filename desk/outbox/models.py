"""What has to be told to other systems and to customers by mail, and how that stands."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from conversations.models import Message
from outbox.problems import NEEDS_A_PERSON
from tickets.models import HistoryEntry, Ticket


class DestinationName(models.TextChoices):
    """Where a delivery goes. Each has a module in `outbox.destinations`."""

    ZAMMAD = "zammad"
    TICKET_MAIL = "ticket_mail"
    WEBHOOK = "webhook"
    CUSTOMER_MAIL = "customer_mail"


class DeliveryState(models.TextChoices):
    """How a delivery stands."""

    WAITING = "waiting"  # to be sent, or being sent
    SENT = "sent"
    FAILED = "failed"  # given up: a supervisor looks at it
    SKIPPED = "skipped"  # a supervisor decided that it need not be sent


class DeliveryKind(models.TextChoices):
    """What is told."""

    CHANGE = "change"  # a change of the ticket: `entry`
    MESSAGE = "message"  # what the customer or an employee wrote: `messages`
    UNREAD = "unread"  # to the customer: what an employee wrote while the customer was away
    CONFIRMATION = "confirmation"  # to the customer: the ticket was opened


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Questions that are asked about deliveries in several places."""

    def failed(self) -> DeliveryQuerySet:
        """Given up."""
        return self.filter(state=DeliveryState.FAILED)

    def with_a_problem(self) -> DeliveryQuerySet:
        """Given up, or waiting after an attempt that failed."""
        return self.failed() | self.filter(state=DeliveryState.WAITING).exclude(problem="")

    def stuck(self) -> DeliveryQuerySet:
        """Waiting for somebody to mend a setting."""
        return self.filter(state=DeliveryState.WAITING, problem__in=NEEDS_A_PERSON)


class Delivery(models.Model):
    """One thing that one destination has to hear about one ticket. Rows of a ticket and destination are sent in order of id.

    It is written in the transaction of what it tells about, and holds no copy of that: what is sent is read when it is sent.

    Attributes:
        uid: the delivery's name for the other side. It stays the same however often is tried, so that the other side sees
            that it has it already: webhook-id, Message-ID.
        entry: the change that is told; None for messages.
        messages: the messages that are told; none for changes.
        link: where the customer can go on with the conversation; emptied once sent, because it opens the conversation.
        attempts: how often sending was begun.
        tried_since: from when on the time counts after which sending is given up.
        due_at: not to be tried before.
        lease_owner, lease_until: who is sending now. Counts until `lease_until` only: a process may die.
        problem: why the latest attempt failed, a name in `templates/messages/outbox/problem/`; empty when it did not.
        problem_detail: a status or code that goes with it, never a text from the other side: that may hold customer data.
        is_uncertain: the latest attempt may have arrived although no answer came.
    """

    destination = models.CharField(max_length=16, choices=DestinationName)
    kind = models.CharField(max_length=16, choices=DeliveryKind)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="deliveries")
    entry = models.ForeignKey(HistoryEntry, on_delete=models.CASCADE, null=True, blank=True)
    messages = models.ManyToManyField(Message, related_name="deliveries")
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    link = models.URLField(max_length=500, blank=True, default="")
    state = models.CharField(max_length=16, choices=DeliveryState, default=DeliveryState.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    tried_since = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)
    lease_owner = models.CharField(max_length=32, blank=True, default="")
    lease_until = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=32, blank=True, default="")
    problem_detail = models.CharField(max_length=80, blank=True, default="")
    is_uncertain = models.BooleanField(default=False)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(fields=["ticket", "destination", "id"], name="delivery_order"),
            # Not partial: SQLite cannot use a partial index with bound parameters.
            models.Index(fields=["state", "destination", "due_at"], name="delivery_queue"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket} {self.kind} → {self.destination}"

    @property
    def reference(self) -> str:
        """The delivery's name for people at the other side, unique in this desk: `T-100042/17`."""
        return f"{self.ticket.number}/{self.pk}"


class Counterpart(models.Model):
    """The ticket over there that belongs to a ticket here.

    Attributes:
        remote_id: the other system's key; `remote_number` is what its users call it.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="counterparts")
    destination = models.CharField(max_length=16, choices=DestinationName)
    remote_id = models.CharField(max_length=64)
    remote_number = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "destination"], name="one_counterpart_per_destination")
        ]

    def __str__(self) -> str:
        return f"{self.ticket} = {self.destination} {self.remote_number or self.remote_id}"
