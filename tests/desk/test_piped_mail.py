"""A mail server hands its mail over on standard input."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone
from pytest_django import Settings
from tests.desk.mail_support import a_mail, server
from tests.support.mail_server import MailServer

from mail_in.originals import purge_put_aside, put_aside_folder
from tickets.models import Ticket

__all__ = ["server"]
pytestmark = pytest.mark.django_db


def piped(monkeypatch: pytest.MonkeyPatch, raw: bytes) -> str:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
    printed = io.StringIO()
    call_command("receive_mail", stdout=printed)
    return printed.getvalue().strip()


def test_a_piped_mail_is_taken_in(server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert piped(monkeypatch, a_mail().as_bytes()) == "new"
    assert Ticket.objects.count() == 1


def test_a_piped_mail_that_cannot_be_read_is_put_aside(
    server: MailServer, monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Any
) -> None:
    settings.VAR_DIR = tmp_path
    piped(monkeypatch, b"kapot")
    [path] = (tmp_path / "mail-put-aside").iterdir()
    assert path.read_bytes() == b"kapot"
    assert path.stat().st_mode & 0o077 == 0


def test_what_was_put_aside_goes_when_conversations_go(
    settings: Settings, tmp_path: Path, service_choices: Callable[..., None]
) -> None:
    settings.VAR_DIR = tmp_path
    service_choices(keep_conversations_days=10)
    assert purge_put_aside(timezone.now()) == 0
    put_aside_folder().mkdir()
    for days in (12, 8):
        path = put_aside_folder() / f"{days}.eml"
        path.write_bytes(b"kapot")
        at = (timezone.now() - timedelta(days=days)).timestamp()
        os.utime(path, (at, at))
    assert purge_put_aside(timezone.now()) == 1
    assert [path.name for path in put_aside_folder().iterdir()] == ["8.eml"]


def test_the_mail_server_keeps_it_while_the_database_does_not_work(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(raw: bytes) -> None:
        raise OperationalError

    monkeypatch.setattr("mail_in.management.commands.receive_mail.take", fails)
    with pytest.raises(SystemExit) as ended:
        piped(monkeypatch, a_mail().as_bytes())
    assert ended.value.code == 75
