"""What the assistant makes of a customer's words."""

from __future__ import annotations

from django.db import models

from conversations.models import Message


class Understanding(models.Model):
    """The intent that the assistant saw in a customer's message. Gone with the message.

    Attributes:
        intent: empty when there was nothing to understand in it.
    """

    message = models.OneToOneField(
        Message, on_delete=models.CASCADE, primary_key=True, related_name="understanding"
    )
    intent = models.CharField(max_length=128, blank=True)

    def __str__(self) -> str:
        return f"{self.message_id}: {self.intent}"
