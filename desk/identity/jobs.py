"""The identities' periodic work."""

from __future__ import annotations

from django.utils import timezone

from identity.models import SpentToken
from jobs.registry import periodic


@periodic(seconds=3600)
def forget_spent_tokens() -> None:
    """Of tokens that have ended nobody needs to know that they were used."""
    SpentToken.objects.filter(until__lt=timezone.now()).delete()
