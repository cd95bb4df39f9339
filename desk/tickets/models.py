"""What an employee has to do for a customer."""

from __future__ import annotations

import re

from django.conf import settings
from django.db import models
from django.utils import timezone

from conversations.models import Conversation

_FIRST_NUMBER = 100_000
_NUMBER = re.compile(r"[Tt]-([0-9]{6,15})")


class TicketState(models.TextChoices):
    """Who has the ticket (docs/contracts.md, Words)."""

    OPEN = "open"
    ASSIGNED = "assigned"
    CLOSED = "closed"


class Reason(models.TextChoices):
    """Why a person is needed (docs/contracts.md, Words)."""

    REQUESTED = "requested"
    NOT_UNDERSTOOD = "not_understood"
    ASSISTANT_UNAVAILABLE = "assistant_unavailable"
    VULNERABLE = "vulnerable"
    FRUSTRATED = "frustrated"
    DECISION_NEEDS_A_PERSON = "decision_needs_a_person"
    VERIFICATION_FAILED = "verification_failed"
    EMPLOYEE_TRANSFER = "employee_transfer"


class Wish(models.TextChoices):
    """How the customer wants to be helped."""

    CHAT = "chat"
    CALL_BACK = "call_back"
    EMAIL = "email"


class Priority(models.IntegerChoices):
    """How soon a ticket must be helped; the lower number goes first. `word` is its name in programs and addresses."""

    URGENT = 1
    HIGH = 2
    NORMAL = 3
    LOW = 4

    @property
    def word(self) -> str:
        """`urgent`, `high`, `normal` or `low`."""
        return self.name.lower()


class TicketQuerySet(models.QuerySet["Ticket"]):
    """Questions that are asked about tickets in several places."""

    def not_closed(self) -> TicketQuerySet:
        """Tickets that still ask for work."""
        return self.exclude(state=TicketState.CLOSED)

    def waiting(self) -> TicketQuerySet:
        """Tickets that nobody has."""
        return self.filter(state=TicketState.OPEN)

    def awake(self) -> TicketQuerySet:
        """Tickets that are not snoozed."""
        return self.filter(snoozed_until=None)

    def in_queue_order(self) -> TicketQuerySet:
        """Who goes first: the highest priority, and of those who waits longest."""
        return self.order_by("priority", "queued_at", "id")

    def with_number(self, number: str) -> TicketQuerySet:
        """The ticket with this number (`T-100042`), or none when it is not a ticket number at all."""
        match = _NUMBER.fullmatch(number.strip())
        return self.filter(pk=int(match[1]) - _FIRST_NUMBER) if match else self.none()


class Ticket(models.Model):
    """A request for a person. A conversation has at most one that is not closed.

    Attributes:
        idempotency_key: the opener's own name for the event that led to the ticket: the id of the customer's message.
        entities: what was recognised in the customer's words, by name.
        verified: what the back office confirmed about the customer, or None.
        phone: as `+31612345678`; empty when the customer gave none. `email` likewise, in small letters.
        description: the customer's question in their own words, masked, when they were asked for it.
        callback_from, callback_until: when the customer wants to be called; None when no time was chosen.
        priority: first worked out from the reason (`tickets.priority`); an employee may change it.
        queued_at: since when it is in the queue, the latest time: opened, opened again, or put back by an employee. Put back
            by the desk because nobody answered, it is since when the customer waits for that answer.
        taken_at: when an employee took it from there; less `queued_at` it is the time from request to human (R9).
        answered_at: the first time that an employee wrote to or spoke with the customer; None when nobody did yet.
        merged_into: the ticket that goes on with this one's question; this one is closed then.
        waiting_notice_sent: the customer has been told once that writing on is fine but nobody has answered yet.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="tickets")
    state = models.CharField(max_length=16, choices=TicketState, default=TicketState.OPEN)
    reason = models.CharField(max_length=32, choices=Reason)
    employee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="tickets"
    )
    idempotency_key = models.CharField(max_length=128, null=True, blank=True)
    intent = models.CharField(max_length=128, blank=True, default="")
    summary = models.TextField(blank=True, default="")
    entities = models.JSONField(default=dict, blank=True)
    verified = models.JSONField(null=True, blank=True)
    wish = models.CharField(max_length=16, choices=Wish, blank=True, default="")
    phone = models.CharField(max_length=32, blank=True, default="")
    email = models.EmailField(blank=True, default="")
    description = models.TextField(blank=True, default="")
    callback_from = models.DateTimeField(null=True, blank=True)
    callback_until = models.DateTimeField(null=True, blank=True)
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.NORMAL)
    opened_at = models.DateTimeField(default=timezone.now, editable=False)
    queued_at = models.DateTimeField(default=timezone.now, editable=False)
    taken_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged"
    )
    waiting_notice_sent = models.BooleanField(default=False)

    objects = TicketQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        permissions = [("supervise", "Can supervise the work on tickets")]
        indexes = [
            models.Index(fields=["state", "priority", "queued_at", "id"], name="ticket_queue"),
            models.Index(fields=["state", "-closed_at"], name="ticket_closed"),
            # How long customers of one priority waited lately.
            models.Index(fields=["priority", "-taken_at"], name="ticket_taken"),
            models.Index(
                fields=["snoozed_until"],
                condition=models.Q(snoozed_until__isnull=False),
                name="ticket_snoozed",
            ),
            # What a search looks for.
            models.Index(fields=["phone"], name="ticket_phone"),
            models.Index(fields=["email"], name="ticket_email"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["conversation"],
                condition=~models.Q(state="closed"),
                name="one_open_ticket_per_conversation",
            ),
            models.UniqueConstraint(fields=["conversation", "idempotency_key"], name="one_ticket_per_key"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number that the customer gets, e.g. `T-100042`. The database gives it out and never reuses it."""
        return f"T-{_FIRST_NUMBER + self.pk}"

    @property
    def priority_word(self) -> str:
        """The priority's name in programs: `urgent`, `high`, `normal` or `low`."""
        return Priority(self.priority).word


class HistoryKind(models.TextChoices):
    """What happened to a ticket."""

    OPENED = "opened"
    DETAILS_ADDED = "details_added"
    TAKEN = "taken"
    HANDED_BACK = "handed_back"
    CLOSED = "closed"
    REOPENED = "reopened"
    PRIORITY_CHANGED = "priority_changed"
    ANSWERED = "answered"
    NOTE_ADDED = "note_added"
    TAGS_CHANGED = "tags_changed"
    TRANSFERRED = "transferred"
    SNOOZED = "snoozed"
    WOKEN = "woken"
    MERGED = "merged"
    MERGED_INTO = "merged_into"
    ESCALATED = "escalated"
    CALLED = "called"
    RATED = "rated"
    GIVEN = "given"
    NOT_OPENED = "not_opened"


class HistoryEntry(models.Model):
    """One change of a ticket: who did what, and when. Entries are only ever added.

    Attributes:
        employee: who did it; None when the customer, the assistant or the desk itself did.
        detail: further facts by name, without customer data; a change of one value is `{"from": …, "to": …}`.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="history")
    at = models.DateTimeField(default=timezone.now, editable=False)
    kind = models.CharField(max_length=16, choices=HistoryKind)
    employee = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True)
    detail = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.ticket} {self.kind}"
