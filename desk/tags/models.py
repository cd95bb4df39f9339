"""Words of the organisation's own choice to find tickets by."""

from django.db import models
from django.db.models.functions import Lower

from tickets.models import Ticket

LONGEST_NAME = 40


class Tag(models.Model):
    """One tag.

    Attributes:
        is_offered: employees can put it on tickets; one that is not offered any more stays where it is.
    """

    name = models.CharField(max_length=LONGEST_NAME)
    is_offered = models.BooleanField(default=True)
    tickets = models.ManyToManyField(Ticket, related_name="tags", blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Lower("name"), name="one_tag_per_name")]

    def __str__(self) -> str:
        return self.name
