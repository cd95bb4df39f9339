"""How a ticket ended, and what caused the customer to need a person."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

LONGEST_REMARK = 1000
LONGEST_NAME = 60


class Outcome(models.TextChoices):
    """What came of a ticket (docs/contracts.md, Words)."""

    SOLVED = "solved"
    NOT_SOLVED = "not_solved"
    REFERRED = "referred"
    NO_ANSWER = "no_answer"


class CauseQuerySet(models.QuerySet["Cause"]):
    """Questions that are asked about causes in several places."""

    def offered(self) -> CauseQuerySet:
        """The causes that an employee can choose now."""
        return self.filter(is_active=True)


class Cause(models.Model):
    """Why customers need a person. The organisation edits this list.

    Attributes:
        name: as employees and supervisors read it.
        is_active: it can be chosen. One that was used is never deleted: figures of earlier months name it.
    """

    name = models.CharField(max_length=LONGEST_NAME, unique=True)
    is_active = models.BooleanField(default=True)

    objects = CauseQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Closing(models.Model):
    """One end of a ticket. A ticket that was opened again has more of them; the latest counts.

    Attributes:
        cause: None when the employee named none.
        remark: for colleagues, masked; the customer does not see it.
    """

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="closings")
    at = models.DateTimeField(default=timezone.now, editable=False)
    outcome = models.CharField(max_length=16, choices=Outcome)
    cause = models.ForeignKey(Cause, on_delete=models.PROTECT, null=True, blank=True, related_name="closings")
    remark = models.TextField(max_length=LONGEST_REMARK, blank=True, default="")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.ticket} {self.outcome}"
