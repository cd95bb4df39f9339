"""The periodic work of mail that comes in."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.utils import timezone

from jobs.registry import periodic
from mail_in.mailbox import fetch_mail
from mail_in.models import TakenMail
from mail_in.originals import purge_mailbox, purge_put_aside
from mail_in.settings import faults, is_fetched

logger = logging.getLogger(__name__)

if is_fetched():

    @periodic(seconds=20)
    def fetch() -> None:
        """Look in the mailbox, unless its settings cannot work."""
        if not list(faults()):
            fetch_mail()

    @periodic(seconds=3600)
    def purge_old_mail() -> None:
        """Original mails that have been kept long enough."""
        if not list(faults()) and (count := purge_mailbox(timezone.now())):
            logger.info("retention: %s original mails removed from the mailbox", count)


@periodic(seconds=3600)
def purge_mail_put_aside() -> None:
    """The same for mails that `receive_mail` could not read."""
    if count := purge_put_aside(timezone.now()):
        logger.info("retention: %s mails removed that were put aside", count)


@periodic(seconds=3600)
def forget_ignored_mail() -> None:
    """Of mail with which nothing was to be done nobody needs to know for longer that it came. The rest goes with its
    conversation."""
    TakenMail.objects.filter(conversation=None, at__lt=timezone.now() - timedelta(days=30)).delete()
