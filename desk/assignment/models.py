"""Who is good at what."""

from __future__ import annotations

from django.db import models

from employees.models import Employee

LONGEST_NAME = 60


class Skill(models.Model):
    """What some employees know more about than others. The organisation edits this list.

    Attributes:
        topics: words of `tickets/topics.yml`. A ticket about one of them goes to who has the skill; a ticket about a topic
            that no active skill names goes to anybody.
        employees: who has it.
    """

    name = models.CharField(max_length=LONGEST_NAME, unique=True)
    topics = models.JSONField(default=list)
    employees = models.ManyToManyField(Employee, related_name="skills", blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
