"""Periodic work: the log is not kept longer than the organisation wants."""

from datetime import timedelta

from auditlog.models import LogEntry
from django.utils import timezone

from jobs.registry import periodic
from organisation.service import service


@periodic(seconds=3600)
def forget_old_entries() -> None:
    """Delete the entries that are older than `audit_days`."""
    LogEntry.objects.filter(timestamp__lt=timezone.now() - timedelta(days=service().audit_days)).delete()
