"""What customers think of the help that they got."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

LOWEST, HIGHEST = 1, 5
LONGEST_REMARK = 1000


class Rating(models.Model):
    """A customer's answer to the one question after a ticket was closed. No answer is no row: it says nothing.

    Attributes:
        score: from `LOWEST` (very dissatisfied) to `HIGHEST` (very satisfied).
        remark: in the customer's words, masked; empty when there was none.
    """

    ticket = models.OneToOneField("tickets.Ticket", on_delete=models.CASCADE, related_name="rating")
    at = models.DateTimeField(default=timezone.now, editable=False)
    score = models.PositiveSmallIntegerField()
    remark = models.TextField(max_length=LONGEST_REMARK, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(score__gte=LOWEST, score__lte=HIGHEST), name="score_is_on_the_scale"
            )
        ]

    def __str__(self) -> str:
        return f"{self.ticket} {self.score}"
