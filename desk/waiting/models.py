"""What customers who wait were told."""

from __future__ import annotations

from django.db import models

from tickets.models import Ticket


class Apology(models.Model):
    """Nobody picked the ticket up in time, and the customer was told: once for each time in the queue.

    Attributes:
        queued_at: the ticket's `queued_at` then.
    """

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, primary_key=True, related_name="apology")
    queued_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"apology for {self.ticket_id}"
