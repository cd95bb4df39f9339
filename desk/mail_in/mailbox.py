"""Fetches mail over IMAP (RFC 3501). The mailbox is the queue: what lies in the folder is to be taken in.

Afterwards a mail moves to another folder: taken in, or put aside because not all of it could be read. It stays there as
long as conversations are kept (`mail_in.originals`). A process that dies in between finds the mail again, and knows it.
A mail that the server does not give or move stays, and does not keep up the others; `watching` tells people.
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
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from mail_in.reading import LARGEST
from mail_in.taking import take
from mail_in.watching import note_read

logger = logging.getLogger(__name__)

DONE, ASIDE = "Aanspreekpunt-verwerkt", "Aanspreekpunt-mislukt"
# The keyword of a mail that could not be dealt with before. It is tried again, after the others.
_STUCK = "$AanspreekpuntBlijftLiggen"
# Of a mail that is too large: what was written stands before what was added to it.
_BEGINNING = 256 * 1024
_PORTS = {"tls": 993, "starttls": 143, "none": 143}
_PATIENCE_SECONDS = 10.0
# Shorter than the lease of a job (`jobs.runner`).
_RUN_SECONDS = 15.0


def fetch_mail() -> int:
    """Take in what lies in the mailbox, oldest first, until it is empty or a run's time is over; how many mails were
    taken in. Trouble with the mailbox is logged: the next run tries again. A look without trouble is noted (`watching`)."""
    try:
        with open_mailbox() as mailbox:
            count, trouble = _take_all(mailbox)
    except (OSError, IMAPClientError) as error:  # ssl's and sockets' errors are OSErrors
        logger.warning("the mailbox cannot be read: %s", type(error).__name__)
        return 0
    if not trouble:
        note_read()
    return count


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


def _take_all(mailbox: IMAPClient) -> tuple[int, bool]:
    """How many mails were taken in, and whether one could not be dealt with now."""
    for folder in (DONE, ASIDE):
        if not mailbox.folder_exists(folder):
            mailbox.create_folder(folder)
    mailbox.select_folder(settings.MAIL_IN_IMAP_FOLDER)
    ends, count, trouble = time.monotonic() + _RUN_SECONDS, 0, False
    for uid in _lying_in(mailbox):
        if time.monotonic() > ends:
            break
        try:
            goes_to = _take(mailbox, uid)
            if goes_to is not None:
                _move(mailbox, uid, goes_to)
                count += goes_to == DONE
        except DatabaseError as error:
            logger.error("mail cannot be stored now: %s", type(error).__name__)
            return count, True
        except IMAPClientAbortError:  # the connection is gone
            raise
        except IMAPClientError as error:
            logger.error("mail %s stays in the mailbox: %s", uid, type(error).__name__)
            trouble = True
            with suppress(IMAPClientError):  # a server without keywords: it is tried in its turn
                mailbox.add_flags([uid], [_STUCK])
    return count, trouble


def _lying_in(mailbox: IMAPClient) -> list[int]:
    """The mails in the folder, oldest first; after them those that could not be dealt with before."""
    stuck = set(mailbox.search(["NOT", "DELETED", "KEYWORD", _STUCK]))
    return sorted(mailbox.search(["NOT", "DELETED"]), key=lambda uid: (uid in stuck, uid))


def _take(mailbox: IMAPClient, uid: int) -> str | None:
    """Take one mail in; the folder where it belongs now, or None when somebody took it away."""
    size = mailbox.fetch([uid], ["RFC822.SIZE"]).get(uid, {}).get(b"RFC822.SIZE")
    if size is None:
        return None
    is_whole = size <= LARGEST
    part = "" if is_whole else f"<0.{_BEGINNING}>"
    answer = mailbox.fetch([uid], [f"BODY.PEEK[]{part}"]).get(uid, {})
    raw = answer.get(b"BODY[]" if is_whole else b"BODY[]<0>")
    if raw is None:
        return None
    try:
        take(raw, is_whole=is_whole)
    except DatabaseError:
        raise
    except Exception as error:
        # One mail that cannot be taken in must not keep up the ones after it; a person finds it in its folder.
        logger.error("mail %s is put aside: %s", uid, type(error).__name__)
        return ASIDE
    return DONE if is_whole else ASIDE


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
