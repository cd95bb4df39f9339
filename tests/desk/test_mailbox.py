"""Mail is fetched from a real IMAP server: none is lost, and people see it when none comes in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from imapclient import IMAPClient
from pytest_django import Settings
from tests.desk.mail_support import PNG, a_mail, said, server
from tests.support.imap_server import ImapServer
from tests.support.mail_server import PASSWORD, USER, MailServer

from channels.models import Attachment
from employees.models import Employee
from employees.roles import Role, give_roles
from health.models import Heartbeat
from mail_in import mailbox, watching
from mail_in.mailbox import ASIDE, DONE, fetch_mail
from mail_in.originals import purge_mailbox
from mail_in.reading import read
from mail_in.settings import faults
from mail_in.taking import Taken, take
from outbox.models import Delivery, DeliveryKind
from tickets.models import Ticket

__all__ = ["server"]
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def _dovecot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImapServer]:
    server = ImapServer(tmp_path_factory.mktemp("imap"))
    yield server
    server.stop()


@pytest.fixture
def imap(_dovecot: ImapServer, server: MailServer, settings: Settings) -> ImapServer:
    settings.MAIL_IN_IMAP_HOST, settings.MAIL_IN_IMAP_PORT = "127.0.0.1", str(_dovecot.port)
    settings.MAIL_IN_IMAP_SECURITY = "none"
    settings.MAIL_IN_IMAP_USER, settings.MAIL_IN_IMAP_PASSWORD = USER, PASSWORD
    _dovecot.empty()
    return _dovecot


def test_mail_is_fetched_and_moved_and_one_that_fails_holds_up_nothing(imap: ImapServer) -> None:
    assert list(faults()) == []
    for raw in (a_mail("een").as_bytes(), b"From: niemand\r\n\r\nkapot", a_mail("twee").as_bytes()):
        imap.deliver(raw)
    assert fetch_mail() == 2
    assert (imap.count("INBOX"), imap.count(DONE), imap.count(ASIDE)) == (0, 2, 1)
    assert Ticket.objects.count() == 2
    assert fetch_mail() == 0


def test_originals_go_when_conversations_go(imap: ImapServer, service_choices: Callable[..., None]) -> None:
    service_choices(keep_conversations_days=10)
    for days in (12, 8, 0):
        imap.deliver(a_mail().as_bytes(), days)
        imap.deliver(b"From: niemand\r\n\r\nkapot", days)
    fetch_mail()
    imap.deliver(a_mail("nog niet gelezen").as_bytes(), 12)
    assert purge_mailbox(timezone.now()) == 2
    assert (imap.count("INBOX"), imap.count(DONE), imap.count(ASIDE)) == (1, 2, 2)
    assert purge_mailbox(timezone.now()) == 0
    assert Ticket.objects.count() == 3


def test_a_mailbox_that_cannot_be_cleaned_is_tried_again_later(
    imap: ImapServer, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.MAIL_IN_IMAP_PORT = "9"
    assert purge_mailbox(timezone.now()) == 0
    assert "cannot be removed" in caplog.text


def test_of_mail_that_is_too_large_the_beginning_is_a_ticket_and_the_rest_is_put_aside(
    imap: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "LARGEST", 2_000)
    monkeypatch.setattr(mailbox, "_BEGINNING", 1_500)
    for headers in ({}, {"Auto_Submitted": "auto-replied"}):
        mail = a_mail("Deze doos kwam kapot aan.", **headers)
        mail.add_attachment(PNG * 100, maintype="image", subtype="png", filename="doos.png")
        imap.deliver(mail.as_bytes())
    fetch_mail()
    assert (imap.count("INBOX"), imap.count(ASIDE)) == (0, 2)
    [words] = said()
    assert words.startswith("Mijn pakket\n\nDeze doos kwam kapot aan.\n[Deze e-mail is te groot")
    assert not Attachment.objects.exists()
    assert Delivery.objects.get().kind == DeliveryKind.CONFIRMATION
    assert watching.is_read()


def test_mail_that_cannot_be_moved_keeps_up_nothing_and_is_tried_after_the_others(
    imap: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch_mail()
    Heartbeat.objects.all().delete()
    for text in ("een", "twee"):
        imap.deliver(a_mail(text).as_bytes())
    taken: list[str] = []

    def look(raw: bytes, *, is_whole: bool) -> Taken:
        taken.append(read(raw).text)
        return take(raw, is_whole=is_whole)

    monkeypatch.setattr(mailbox, "take", look)
    with imap.nothing_comes_in(DONE):
        fetch_mail()
        assert taken == ["een", "twee"]
        imap.deliver(a_mail("drie").as_bytes())
        fetch_mail()
        assert taken[2:] == ["drie", "een", "twee"]
        assert imap.count("INBOX") == 3
        assert not watching.is_read()
    fetch_mail()
    assert (imap.count("INBOX"), imap.count(DONE)) == (0, 3)
    assert Ticket.objects.count() == 3
    assert watching.is_read()


def test_mail_stays_while_the_database_does_not_work(
    imap: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(raw: bytes, *, is_whole: bool) -> None:
        raise OperationalError

    imap.deliver(a_mail().as_bytes())
    with monkeypatch.context() as broken:
        broken.setattr(mailbox, "take", fails)
        assert fetch_mail() == 0
    assert imap.count("INBOX") == 1
    assert not watching.is_read()
    assert fetch_mail() == 1


def test_a_mail_that_was_not_moved_before_is_known(imap: ImapServer) -> None:
    raw = a_mail().as_bytes()
    take(raw)
    imap.deliver(raw)
    assert fetch_mail() == 1
    assert Ticket.objects.count() == 1


def test_a_mailbox_that_cannot_be_read_is_tried_again_later(
    imap: ImapServer, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.MAIL_IN_IMAP_PASSWORD = "verkeerd-wachtwoord"
    assert fetch_mail() == 0
    settings.MAIL_IN_IMAP_PORT = "9"
    assert fetch_mail() == 0
    assert "cannot be read" in caplog.text
    assert "verkeerd" not in caplog.text


def test_supervisors_see_that_no_mail_comes_in(
    imap: ImapServer, settings: Settings, page: Client, sanne: Employee
) -> None:
    def counter() -> str:
        return page.get(reverse("console:counter")).content.decode()

    alarm = "<strong>E-mail</strong> komt niet binnen"
    fetch_mail()
    give_roles(sanne, [Role.EMPLOYEE, Role.SUPERVISOR])
    assert alarm not in counter()
    settings.MAIL_IN_IMAP_PASSWORD = "verlopen"
    fetch_mail()
    assert alarm not in counter()  # one bad look is no trouble yet
    Heartbeat.objects.update(at=timezone.now() - watching.PATIENCE - timedelta(seconds=1))
    fetch_mail()
    assert alarm in counter()
    give_roles(sanne, [Role.EMPLOYEE])
    assert alarm not in counter()
    give_roles(sanne, [Role.EMPLOYEE, Role.SUPERVISOR])
    settings.MAIL_IN_IMAP_PASSWORD = PASSWORD
    fetch_mail()
    assert alarm not in counter()


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_mail_is_fetched_over_tls_of_a_server_that_proves_its_name(
    imap: ImapServer, settings: Settings, monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    over_tls(imap, settings, security)
    monkeypatch.setenv("SSL_CERT_FILE", str(imap.certificate))
    imap.deliver(a_mail().as_bytes())
    assert fetch_mail() == 1
    assert imap.count(DONE) == 1


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"], ids=["not-trusted", "another-name"])
def test_a_server_that_does_not_prove_its_name_gets_no_password(
    imap: ImapServer,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    security: str,
    host: str,
) -> None:
    over_tls(imap, settings, security)
    settings.MAIL_IN_IMAP_HOST = host
    if host != "localhost":
        monkeypatch.setenv("SSL_CERT_FILE", str(imap.certificate))
    logged_in: list[str] = []
    monkeypatch.setattr(IMAPClient, "login", lambda self, *who: logged_in.append("asked"))
    imap.deliver(a_mail().as_bytes())
    assert fetch_mail() == 0
    assert logged_in == []
    assert "SSLCertVerificationError" in caplog.text
    assert imap.count("INBOX") == 1


def over_tls(imap: ImapServer, settings: Settings, security: str) -> None:
    settings.MAIL_IN_IMAP_HOST, settings.MAIL_IN_IMAP_SECURITY = "localhost", security
    settings.MAIL_IN_IMAP_PORT = str(imap.tls_port if security == "tls" else imap.port)


# --- receive_mail ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "variable"),
    [
        ("MAIL_IN_ADDRESS", "", "DESK_MAIL_IN_ADDRESS"),
        ("MAIL_IN_IMAP_HOST", "imap.elders.example", "DESK_IMAP_SECURITY"),
        ("MAIL_IN_IMAP_HOST", "a b", "DESK_IMAP_HOST"),
        ("MAIL_IN_IMAP_SECURITY", "ssl", "DESK_IMAP_SECURITY"),
        ("MAIL_IN_IMAP_PORT", "x", "DESK_IMAP_PORT"),
        ("MAIL_IN_IMAP_USER", "", "DESK_IMAP_USER"),
        ("OUTBOX_SMTP_HOST", "", "DESK_SMTP_HOST"),
    ],
)
def test_half_filled_settings_are_named(
    imap: ImapServer, settings: Settings, name: str, value: str, variable: str
) -> None:
    setattr(settings, name, value)
    assert variable in {fault.variable for fault in faults()}
