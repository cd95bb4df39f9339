"""Mail that came in."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from conversations.models import Conversation


class TakenMail(models.Model):
    """A mail that was taken in: delivered again, it is the same mail; answered, the answer belongs to the same conversation.

    Attributes:
        key: a hash of its Message-ID, or of the whole mail when it has none.
        message_id: as the mail says it, so that our answer can refer to it; empty when it has none.
        conversation: where it was put; None when nothing was to be done with it.
    """

    key = models.CharField(max_length=64, primary_key=True)
    message_id = models.CharField(max_length=255, blank=True, default="")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, null=True, related_name="mails")
    at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return self.key
