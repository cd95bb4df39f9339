"""What employees write about a ticket for each other. Customers never see it."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from tickets.models import Ticket


class NoteKind(models.TextChoices):
    """What the note explains."""

    NOTE = "note"
    TRANSFER = "transfer"
    SNOOZE = "snooze"
    MERGE = "merge"


class Note(models.Model):
    """One note; notes are only ever added.

    Attributes:
        text: masked.
        client_id: the page's own name of the note, so that sending it twice stores it once; empty when the desk made it.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="notes")
    employee = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    at = models.DateTimeField(default=timezone.now, editable=False)
    kind = models.CharField(max_length=16, choices=NoteKind, default=NoteKind.NOTE)
    text = models.TextField()
    client_id = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "client_id"],
                condition=~models.Q(client_id=""),
                name="one_note_per_client_id",
            )
        ]

    def __str__(self) -> str:
        return f"{self.ticket} {self.kind}"
