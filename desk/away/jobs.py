"""The worker's part in reaching customers who left."""

from away.service import mail_unread_messages
from jobs.registry import periodic


@periodic(seconds=30)
def mail_unread() -> None:
    """Employees' messages that were not read in time."""
    mail_unread_messages()
