"""Who is there to help customers."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone

from employees.models import Employee
from organisation.service import service

# An open page tells every minute that it is there; a browser may let a hidden one wait a little longer.
PAGE_IS_OPEN = timedelta(seconds=150)


class Status(models.TextChoices):
    """Whether an employee can be given work; `catalogue.yml` has the Dutch names under `presence`."""

    AVAILABLE = "available"
    BUSY = "busy"
    AWAY = "away"


class PresenceQuerySet(models.QuerySet["Presence"]):
    """Questions that are asked about presence in several places."""

    def at_the_desk(self, now: datetime) -> PresenceQuerySet:
        """Who has a page open and did something lately."""
        since = now - timedelta(minutes=service().away_minutes)
        return self.filter(employee__is_active=True, active_at__gt=since, seen_at__gt=now - PAGE_IS_OPEN)

    def available(self, now: datetime) -> PresenceQuerySet:
        """Who can be given work."""
        return self.at_the_desk(now).filter(choice=Status.AVAILABLE)


class Presence(models.Model):
    """One employee's presence. What it is now follows from these facts and the clock; it is stored nowhere.

    Attributes:
        choice: what the employee chose.
        active_at: the latest time that he did something.
        seen_at: the latest sign of an open page; None after a log-out.
    """

    employee = models.OneToOneField(
        Employee, on_delete=models.CASCADE, primary_key=True, related_name="presence"
    )
    choice = models.CharField(max_length=16, choices=Status, default=Status.AVAILABLE)
    active_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(null=True, blank=True)

    objects = PresenceQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.employee} {self.choice}"

    def status(self, now: datetime | None = None) -> Status:
        """What it is at this moment: away for who did nothing for a while or has no page open."""
        now = now or timezone.now()
        is_active = self.active_at > now - timedelta(minutes=service().away_minutes)
        is_seen = self.seen_at is not None and self.seen_at > now - PAGE_IS_OPEN
        return Status(self.choice) if is_active and is_seen else Status.AWAY


def status_of(employee: Employee, now: datetime | None = None) -> Status:
    """The employee's presence at this moment; away for who never logged in. Reads it when it is not at hand."""
    try:
        return employee.presence.status(now)
    except Presence.DoesNotExist:
        return Status.AWAY
