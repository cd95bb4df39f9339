"""What customers think of the help that they got."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

LOWEST, HIGHEST = 1, 5
# From this answer on a customer says that it went well.
SATISFIED = 4
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

    @property
    def about(self) -> str:
        """What it is an answer about: the ticket's number."""
        return self.ticket.number


class AssistantQuestion(models.Model):
    """That a customer was asked about the help of the assistant alone, and the answer. Gone with the conversation.

    Attributes:
        asked_at: the latest time; a question that was not answered is asked again when the conversation went on and ended.
        score: as `Rating`; None while there is no answer, which says nothing.
        remark: as `Rating`.
    """

    PREFIX = "A-"

    conversation = models.OneToOneField(
        "conversations.Conversation", on_delete=models.CASCADE, related_name="assistant_question"
    )
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    remark = models.TextField(max_length=LONGEST_REMARK, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(score__isnull=True) | models.Q(score__gte=LOWEST, score__lte=HIGHEST),
                name="assistant_score_is_on_the_scale",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.about} {self.score}"

    @property
    def about(self) -> str:
        """What it is about, as ticket numbers are: `A-12`."""
        return f"{self.PREFIX}{self.pk}"
