"""Removes original mails that have been kept long enough (R24): what the desk stores of them is masked, they are not."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from imapclient.exceptions import IMAPClientError

from mail_in.mailbox import ASIDE, DONE, open_mailbox, remove
from organisation.service import service

logger = logging.getLogger(__name__)

# Under the lease of a job; what is left goes the next time.
_BATCH = 500


def put_aside_folder() -> Path:
    """Where `receive_mail` leaves mails that it cannot read. It may not exist."""
    folder: Path = settings.VAR_DIR / "mail-put-aside"
    return folder


def purge_mailbox(now: datetime) -> int:
    """Remove mails that came in longer ago than `keep_conversations_days` from the folders of mail that was dealt with.

    Args:
        now: aware.

    Returns:
        How many were removed. Trouble with the mailbox is logged: the next run tries again.
    """
    # The mailbox compares days, without their time (RFC 3501, 6.4.4, BEFORE).
    before = timezone.localtime(_kept_until(now)).date()
    count = 0
    try:
        with open_mailbox() as mailbox:
            for folder in (DONE, ASIDE):
                if not mailbox.folder_exists(folder):
                    continue
                mailbox.select_folder(folder)
                old = sorted(mailbox.search(["BEFORE", before]))[:_BATCH]
                if old:
                    remove(mailbox, old)
                count += len(old)
    except (OSError, IMAPClientError) as error:  # ssl's and sockets' errors are OSErrors
        logger.warning("old mail cannot be removed from the mailbox: %s", type(error).__name__)
    return count


def purge_put_aside(now: datetime) -> int:
    """Remove files in `mail-put-aside` that are older than `keep_conversations_days`; how many.

    Args:
        now: aware.
    """
    until, count = _kept_until(now).timestamp(), 0
    with suppress(FileNotFoundError):  # nothing was ever put aside, or somebody has just taken it away
        try:
            for path in put_aside_folder().iterdir():
                if path.stat().st_mtime < until:
                    path.unlink()
                    count += 1
        except PermissionError:
            # `receive_mail` runs as the mail server's user; the folder is then that user's.
            logger.warning(
                "retention: %s belongs to another user, so nothing in it is removed", put_aside_folder()
            )
    return count


def _kept_until(now: datetime) -> datetime:
    return now - timedelta(days=service().keep_conversations_days)
