"""The worker's part in reaching customers who left, or who chose mail."""

from away.service import mail_what_employees_wrote
from jobs.registry import periodic


@periodic(seconds=30)
def mail_unread() -> None:
    """Employees' messages that were promised by mail, or were not read in time."""
    mail_what_employees_wrote()
