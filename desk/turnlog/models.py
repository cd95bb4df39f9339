"""What the assistant tells of its turns."""

from __future__ import annotations

from django.db import models

from conversations.models import Message


class TurnRecord(models.Model):
    """What the assistant made of one customer's message, and did. It holds no word of the message, and is gone with it.

    `understanding.Understanding` has the intent of messages in tickets only, asked for by the desk; this comes by itself,
    for every message, when RabbitMQ is set up (docs/contracts.md, section 9).

    Attributes:
        at: when the message was understood.
        intent: the likeliest; empty when there was none.
        certainty: of it, from 0 to 1.
        second: the next likeliest; empty when there was none.
        understood: the assistant went by the intent; otherwise it said that it did not understand.
        actions: names of the custom actions that ran, in order.
        seconds: from understanding the message to listening again: rules, actions, and the systems that they ask.
        model: the id of the trained model.
    """

    message = models.OneToOneField(
        Message, on_delete=models.CASCADE, primary_key=True, related_name="turn_record"
    )
    at = models.DateTimeField(db_index=True)
    intent = models.CharField(max_length=128, blank=True)
    certainty = models.FloatField()
    second = models.CharField(max_length=128, blank=True)
    understood = models.BooleanField()
    actions = models.JSONField(default=list, blank=True)
    seconds = models.FloatField()
    model = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.message_id}: {self.intent}"
