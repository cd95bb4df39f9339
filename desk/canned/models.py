"""Replies that employees have ready."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from conversations.store import LONGEST_TEXT
from employees.models import Employee

LONGEST_TITLE = 80


class CannedReplyQuerySet(models.QuerySet["CannedReply"]):
    """Questions that are asked about canned replies in several places."""

    def usable_by(self, employee: Employee) -> CannedReplyQuerySet:
        """The shared ones and the employee's own."""
        return self.filter(Q(owner=None) | Q(owner=employee))

    def matching(self, query: str) -> CannedReplyQuerySet:
        """Those that have each word of the query in their title or text; all for an empty one."""
        found = self
        for word in query.split():
            found = found.filter(Q(title__icontains=word) | Q(text__icontains=word))
        return found


class CannedReply(models.Model):
    """A reply to choose in the composer and to change before it is sent.

    Attributes:
        owner: whose it is; None for a reply that everybody uses.
        title: what one searches for.
        text: with placeholders of `canned.placeholders`.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="canned_replies",
    )
    title = models.CharField(max_length=LONGEST_TITLE)
    text = models.TextField(max_length=LONGEST_TEXT)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CannedReplyQuerySet.as_manager()

    class Meta:
        ordering = ["title", "id"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "title"], name="one_canned_reply_per_title"),
            models.UniqueConstraint(
                fields=["title"], condition=Q(owner=None), name="one_shared_canned_reply_per_title"
            ),
        ]

    def __str__(self) -> str:
        return self.title
