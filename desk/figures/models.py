"""What the figures are counted from: rows without personal data, which stay when tickets and conversations are erased.

They are worked out from the tickets' history (`figures.collect`) and hold nothing that cannot be worked out again as long
as the ticket is there. Waiting times in opening hours cannot be computed by a database, and a page must not read two years
of history: that is why they are kept.
"""

from __future__ import annotations

from django.db import models

from closing.models import Cause, Outcome

_COUNTED_BY_OPENING = (
    "reason",
    "in_hours",
    "chose_later",
    "waited_seconds",
    "business_seconds",
    "left_seconds",
    "opened_at",
    "closed_at",
    "merged",
    "abandoned",
)
_COUNTED_BY_CLOSING = ("merged", "outcome", "cause", "settled_at", "came_back", "asked", "score")


class Contact(models.Model):
    """One time that a customer asked for a person: from opening, or opening again, until it was closed.

    Attributes:
        ticket: None when the ticket has been erased.
        sequence: 0 for the opening of the ticket, 1 for the first time that it was opened again, ….
        last_entry: up to where the history of all tickets had been read when this row was worked out.
        topic: the intent; empty when it was not recognised.
        opened_on, closed_on: days in the organisation's zone.
        in_hours: it was opened in opening hours.
        chose_later: the customer chose within 180 s to be called back or mailed, so nobody waited in the chat.
        waited_seconds: until an employee took it, on the clock; None when nobody did.
        business_seconds: the same, opening hours only.
        left_seconds: until it was closed without anybody having taken it; None otherwise.
        abandoned: the customer had left before anybody took it.
        merged: it ended because it went on in another ticket.
        transfers: how often an employee gave it to another.
        settled_at: seven days after closing; then `came_back` is final.
        came_back: the same customer asked for a person again in those seven days.
        asked: the customer could be asked how satisfied they were; `score` is the answer, None when none was given.
    """

    ticket = models.ForeignKey(
        "tickets.Ticket", on_delete=models.SET_NULL, null=True, blank=True, related_name="contacts"
    )
    sequence = models.PositiveSmallIntegerField(default=0)
    last_entry = models.BigIntegerField(default=0, db_index=True)
    channel = models.CharField(max_length=32)
    topic = models.CharField(max_length=128, blank=True, default="")
    reason = models.CharField(max_length=32)
    opened_at = models.DateTimeField()
    opened_on = models.DateField()
    in_hours = models.BooleanField()
    chose_later = models.BooleanField(default=False)
    waited_seconds = models.PositiveIntegerField(null=True, blank=True)
    business_seconds = models.PositiveIntegerField(null=True, blank=True)
    left_seconds = models.PositiveIntegerField(null=True, blank=True)
    abandoned = models.BooleanField(default=False)
    merged = models.BooleanField(default=False)
    transfers = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=16, choices=Outcome, blank=True, default="")
    cause = models.ForeignKey(Cause, on_delete=models.PROTECT, null=True, blank=True, related_name="contacts")
    came_back = models.BooleanField(default=False)
    asked = models.BooleanField(default=False)
    score = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["opened_at"]
        constraints = [models.UniqueConstraint(fields=["ticket", "sequence"], name="one_contact_per_opening")]
        indexes = [
            # All that `figures.report` counts, so that two years are counted from the index alone: reading as many rows
            # takes four times as long.
            models.Index(fields=["opened_on", "topic", *_COUNTED_BY_OPENING], name="contact_opened"),
            models.Index(fields=["closed_on", "topic", *_COUNTED_BY_CLOSING], name="contact_closed"),
            models.Index(fields=["settled_at"], name="contact_settled"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}/{self.sequence}"


class CustomerMark(models.Model):
    """By what a contact's customer is known again, as a keyed hash. Erased once `came_back` is final.

    Attributes:
        at: when the contact was opened: who came back is found in one index, whatever a database makes of joins.
    """

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="marks")
    digest = models.CharField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contact", "digest"], name="one_mark_per_contact")]
        indexes = [models.Index(fields=["digest", "at"], name="mark_digest")]

    def __str__(self) -> str:
        return self.digest


class ConversationDay(models.Model):
    """The conversations that began on one day, on one channel.

    Attributes:
        spoken: those in which the customer wrote something.
        with_ticket: those of `spoken`, or of who pressed the button at once, in which a person was asked for.
        assistant_asked: those in which the customer was asked about the help of the assistant alone.
        assistant_answered: of those, with an answer.
        assistant_resolved: of those, very satisfied or satisfied (4 or 5), and nobody asked for a person.
    """

    day = models.DateField()
    channel = models.CharField(max_length=32)
    spoken = models.PositiveIntegerField(default=0)
    with_ticket = models.PositiveIntegerField(default=0)
    assistant_asked = models.PositiveIntegerField(default=0)
    assistant_answered = models.PositiveIntegerField(default=0)
    assistant_resolved = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["day", "channel"], name="one_row_per_day_and_channel")]

    def __str__(self) -> str:
        return f"{self.day} {self.channel}"
