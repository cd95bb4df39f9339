"""Fetches mail over IMAP (RFC 3501). The mailbox is the queue: what lies in the folder is to be taken in.

Afterwards a mail moves to another folder: taken in, or put aside because it could not be read. It stays there as long as
conversations are kept (`mail_in.originals`). A process that dies in between finds the mail again, and knows it.
"""

from __future__ import annotations

import logging
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.conf import settings
from django.db import DatabaseError
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from mail_in.reading import LARGEST
from mail_in.taking import take

logger = logging.getLogger(__name__)

DONE, ASIDE = "Aanspreekpunt-verwerkt", "Aanspreekpunt-mislukt"
_PORTS = {"tls": 993, "starttls": 143, "none": 143}
_PATIENCE_SECONDS = 10.0
# Shorter than the lease of a job (`jobs.runner`).
_RUN_SECONDS = 15.0


def fetch_mail() -> int:
    """Take in what lies in the mailbox, oldest first, until it is empty or a run's time is over; how many mails were
    taken in. Trouble with the mailbox is logged: the next run tries again."""
    try:
        with open_mailbox() as mailbox:
            return _take_all(mailbox)
    except (OSError, IMAPClientError) as error:  # ssl's and sockets' errors are OSErrors
        logger.warning("the mailbox cannot be read: %s", type(error).__name__)
        return 0


@contextmanager
def open_mailbox() -> Iterator[IMAPClient]:
    """The mailbox of the settings, logged in. Raises `OSError` or `IMAPClientError`."""
    security = settings.MAIL_IN_IMAP_SECURITY
    context = ssl.create_default_context()
    mailbox = IMAPClient(
        settings.MAIL_IN_IMAP_HOST,
        port=int(settings.MAIL_IN_IMAP_PORT or _PORTS[security]),
        ssl=security == "tls",
        ssl_context=context if security == "tls" else None,
        timeout=_PATIENCE_SECONDS,
    )
    try:
        if security == "starttls":
            mailbox.starttls(context)
        mailbox.login(settings.MAIL_IN_IMAP_USER, settings.MAIL_IN_IMAP_PASSWORD)
        yield mailbox
    finally:
        try:
            mailbox.logout()
        except (OSError, IMAPClientError):
            # What went wrong before is the trouble, not that the connection is gone already.
            with suppress(OSError):
                mailbox.shutdown()


def _take_all(mailbox: IMAPClient) -> int:
    for folder in (DONE, ASIDE):
        if not mailbox.folder_exists(folder):
            mailbox.create_folder(folder)
    mailbox.select_folder(settings.MAIL_IN_IMAP_FOLDER)
    ends, count = time.monotonic() + _RUN_SECONDS, 0
    for uid in sorted(mailbox.search(["NOT", "DELETED"])):
        if time.monotonic() > ends:
            break
        try:
            goes_to = _take(mailbox, uid)
        except DatabaseError as error:
            logger.error("mail cannot be stored now: %s", type(error).__name__)
            break
        if goes_to is not None:
            _move(mailbox, uid, goes_to)
            count += goes_to == DONE
    return count


def _take(mailbox: IMAPClient, uid: int) -> str | None:
    """Take one mail in; the folder where it belongs now, or None when somebody took it away."""
    size = mailbox.fetch([uid], ["RFC822.SIZE"]).get(uid, {}).get(b"RFC822.SIZE")
    if size is None:
        return None
    if size > LARGEST:
        logger.error("mail %s is put aside: too large", uid)
        return ASIDE
    raw = mailbox.fetch([uid], ["BODY.PEEK[]"]).get(uid, {}).get(b"BODY[]")
    if raw is None:
        return None
    try:
        take(raw)
    except DatabaseError:
        raise
    except Exception as error:
        # One mail that cannot be taken in must not keep up the ones after it; a person finds it in its folder.
        logger.error("mail %s is put aside: %s", uid, type(error).__name__)
        return ASIDE
    return DONE


def _move(mailbox: IMAPClient, uid: int, folder: str) -> None:
    if mailbox.has_capability("MOVE"):
        mailbox.move([uid], folder)
        return
    mailbox.copy([uid], folder)
    remove(mailbox, [uid])


def remove(mailbox: IMAPClient, uids: list[int]) -> None:
    """Delete mails of the selected folder for good."""
    mailbox.delete_messages(uids)
    mailbox.expunge(uids) if mailbox.has_capability("UIDPLUS") else mailbox.expunge()
