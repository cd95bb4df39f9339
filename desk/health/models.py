"""Signs of life."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class Heartbeat(models.Model):
    """When a part of the desk last showed that it works.

    Attributes:
        name: of the part; `health.heartbeat` has the names.
        at: the last sign.
    """

    name = models.CharField(max_length=32, primary_key=True)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name
