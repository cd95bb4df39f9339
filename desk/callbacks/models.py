"""Calls to customers who asked for one."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from tickets.models import Ticket


class CallOutcome(models.TextChoices):
    """How a call went."""

    SPOKEN = "spoken"
    NO_ANSWER = "no_answer"
    VOICEMAIL = "voicemail"
    WRONG_NUMBER = "wrong_number"


class Call(models.Model):
    """One call, or one try at it.

    Attributes:
        client_id: the page's own name of the call, so that sending it twice stores it once.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="calls")
    employee = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    at = models.DateTimeField(default=timezone.now, editable=False)
    outcome = models.CharField(max_length=16, choices=CallOutcome)
    client_id = models.CharField(max_length=64)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["ticket", "client_id"], name="one_call_per_client_id")]

    def __str__(self) -> str:
        return f"{self.ticket} {self.outcome}"


class SlotGuard(models.Model):
    """A row to lock while a place in a time slot is given out: of two customers who want the last one, one gets it."""

    begins = models.DateTimeField(primary_key=True)

    def __str__(self) -> str:
        return self.begins.isoformat()
