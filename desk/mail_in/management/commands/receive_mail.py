"""`manage.py receive_mail < message`: for a mail server that pipes mail to a program (postfix, exim, procmail)."""

from __future__ import annotations

import logging
import os
import sys
import uuid
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError

from mail_in.originals import put_aside_folder
from mail_in.reading import LARGEST
from mail_in.taking import take

logger = logging.getLogger(__name__)

# The mail server keeps the mail and tries again; it tells the sender that this cannot be taken.
_TRY_AGAIN, _TOO_LARGE = os.EX_TEMPFAIL, os.EX_DATAERR


class Command(BaseCommand):
    """One mail on standard input."""

    help = "Takes in one mail from standard input."
    # A setting that is wrong elsewhere must not send a customer's mail back; what it stands in the way of waits.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Take it in. One that cannot be read is put in `mail-put-aside` in `DESK_VAR`."""
        raw = sys.stdin.buffer.read(LARGEST + 1)
        if len(raw) > LARGEST:
            sys.exit(_TOO_LARGE)
        try:
            self.stdout.write(take(raw))
        except DatabaseError as error:
            logger.error("mail cannot be stored now: %s", type(error).__name__)
            sys.exit(_TRY_AGAIN)
        except Exception as error:
            try:
                self._put_aside(raw, error)
            except OSError:
                sys.exit(_TRY_AGAIN)

    def _put_aside(self, raw: bytes, error: Exception) -> None:
        folder = put_aside_folder()
        folder.mkdir(mode=0o700, exist_ok=True)
        path = folder / f"{uuid.uuid4().hex}.eml"
        path.touch(mode=0o600)
        path.write_bytes(raw)
        logger.error("a mail is put aside in %s: %s", path, type(error).__name__)
        self.stdout.write(f"put aside: {path}")
