"""Who is good at what, and which tickets were given to whom."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone

from employees.models import Employee
from organisation.service import service
from tickets.models import Ticket, TicketState

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


class Offer(models.Model):
    """A waiting ticket that was given to an employee, who has not opened it yet. For the customer it still waits.

    It counts as long as the ticket is open (`tickets.models.TicketState`) and `service().open_within_seconds` lasts.
    """

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, related_name="offer")
    employee = models.ForeignKey(Employee, on_delete=models.CASCADE, related_name="offers")
    given_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.ticket} → {self.employee}"

    @property
    def ends_at(self) -> datetime:
        """When the ticket goes back to everybody."""
        return self.given_at + timedelta(seconds=service().open_within_seconds)


class WantedQuerySet(models.QuerySet["Wanted"]):
    """Which waiting tickets are meant for whom."""

    def counting(self) -> WantedQuerySet:
        """Those that hold now: the ticket still waits as it did then, and the skill is in use."""
        still = self.filter(ticket__state=TicketState.OPEN, since=models.F("ticket__queued_at"))
        return still.filter(skill__is_active=True)


class Wanted(models.Model):
    """A ticket that an employee put back in the queue for who has a skill, whatever its topic.

    Attributes:
        since: the ticket's `queued_at` of that wait. Taken, and put back later, it is for anybody again.
    """

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, related_name="wanted")
    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()

    objects = WantedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.ticket} → {self.skill}"

    @property
    def counts(self) -> bool:
        """Does it hold now? As `WantedQuerySet.counting`."""
        waits = self.ticket.state == TicketState.OPEN and self.ticket.queued_at == self.since
        return waits and self.skill.is_active


class Turn(models.Model):
    """When an employee was last given a ticket: of those with the same load, who waited longest is next."""

    employee = models.OneToOneField(Employee, on_delete=models.CASCADE, primary_key=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.employee)
