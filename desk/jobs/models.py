"""When each job ran, and when it is due."""

from django.db import models


class JobRun(models.Model):
    """The latest run of one job, over all processes.

    Attributes:
        due_at: not before; while it runs, when another process may take it for dead.
        owner: the run that is going on; empty when none is.
        finished_at: the end of the latest run that went well.
        failures: runs since then that raised.
    """

    name = models.CharField(max_length=100, primary_key=True)
    due_at = models.DateTimeField()
    owner = models.CharField(max_length=36, blank=True, default="")
    finished_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.name
