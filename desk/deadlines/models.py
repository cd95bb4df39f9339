"""When a ticket must have had its first answer, each answer after that, and its solution."""

from __future__ import annotations

from datetime import timedelta

from django.db import models

from tickets.models import Ticket


class DeadlineKind(models.TextChoices):
    """What must be done by then."""

    FIRST_ANSWER = "first_answer"
    NEXT_ANSWER = "next_answer"
    SOLUTION = "solution"


# What a customer waits for.
ANSWERS = (DeadlineKind.FIRST_ANSWER, DeadlineKind.NEXT_ANSWER)


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    """Questions that are asked about deadlines in several places."""

    def running(self) -> DeadlineQuerySet:
        """What still has to be done, of tickets that are not put aside; an answer is also due while they are."""
        paused = models.Q(kind=DeadlineKind.SOLUTION, ticket__snoozed_until__isnull=False)
        return self.filter(ended_at=None).exclude(paused)

    def escalated(self) -> DeadlineQuerySet:
        """What supervisors have to look at."""
        return self.running().exclude(escalated_at=None)

    def answers(self) -> DeadlineQuerySet:
        """Answers that customers wait for."""
        return self.running().filter(kind__in=ANSWERS)


class Deadline(models.Model):
    """One target of one ticket, in business time. It follows the ticket's history and what is said (`deadlines.services`).

    Attributes:
        started_at: from when the target counts.
        paused: business time that does not count: the ticket was put aside.
        due_at: when it must be done.
        warn_at: when supervisors are told that it is not done yet.
        ended_at: when it was done, or the ticket was closed; None while it runs.
        escalated_at: when supervisors were told; None when they were not.
        customer_told_at: when the customer who waits for this answer was told that it is late; None when not.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="deadlines")
    kind = models.CharField(max_length=16, choices=DeadlineKind)
    started_at = models.DateTimeField()
    paused = models.DurationField(default=timedelta)
    due_at = models.DateTimeField()
    warn_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    customer_told_at = models.DateTimeField(null=True, blank=True)

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        ordering = ["ticket", "kind"]
        constraints = [models.UniqueConstraint(fields=["ticket", "kind"], name="one_deadline_per_kind")]
        indexes = [
            models.Index(
                fields=["warn_at"],
                condition=models.Q(ended_at=None, escalated_at=None),
                name="deadline_to_warn_of",
            ),
            models.Index(
                fields=["ticket"],
                condition=models.Q(ended_at=None, escalated_at__isnull=False),
                name="deadline_escalated",
            ),
            models.Index(fields=["due_at"], condition=models.Q(ended_at=None), name="deadline_running"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket} {self.kind}"
