"""Which customer a conversation is held with, on the word of the site on which it began."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from conversations.models import Conversation


class Identity(models.Model):
    """A customer who was logged in on a site when the chat began there.

    Attributes:
        site: the origin of the site that vouches for it.
        customer: the organisation's number of the customer.
        name, email: as the site knows them; empty when it did not say.
    """

    conversation = models.OneToOneField(
        Conversation, on_delete=models.CASCADE, primary_key=True, related_name="identity"
    )
    site = models.CharField(max_length=255)
    customer = models.CharField(max_length=64, db_index=True)
    name = models.CharField(max_length=120, blank=True, default="")
    email = models.EmailField(blank=True, default="")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name_plural = "identities"

    def __str__(self) -> str:
        return f"identity in {self.conversation_id}"


class SpentToken(models.Model):
    """A site's token that has signed somebody in. It does so once.

    Attributes:
        key: a hash of site and token id.
        until: when the token itself ends; afterwards this need not be remembered.
    """

    key = models.CharField(max_length=64, primary_key=True)
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key
