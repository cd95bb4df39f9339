"""Mail that comes in: a ticket at once, answers in the same conversation, and never an answer to a machine."""

from __future__ import annotations

import io
import os
import sys
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from imapclient import IMAPClient
from pytest_django import Settings
from tests.support.imap_server import ImapServer
from tests.support.mail_server import PASSWORD, USER, MailServer

from channels.models import Attachment, AttachmentState
from conversations.models import Conversation, ConversationState, Message, Sender, TurnState
from conversations.store import begin
from employees.models import Employee
from employees.roles import Role, give_roles
from health.models import Heartbeat
from mail_in import mailbox, watching
from mail_in.mailbox import ASIDE, DONE, fetch_mail
from mail_in.models import TakenMail
from mail_in.originals import purge_mailbox, purge_put_aside, put_aside_folder
from mail_in.reading import NotReadable, read
from mail_in.settings import faults
from mail_in.taking import Taken, take
from outbox.mail import message_id, sender_address
from outbox.models import Delivery, DeliveryKind, DestinationName
from outbox.sending import deliver_waiting
from tickets.models import Ticket, TicketState
from tickets.services import close, reply, request_human, take_over

pytestmark = pytest.mark.django_db
MAIL = DestinationName.CUSTOMER_MAIL
OURS = "vragen@lindenhof.example"
VERA = "vera@klaver.example"
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 50


@pytest.fixture
def server(settings: Settings) -> Iterator[MailServer]:
    server = MailServer()
    settings.OUTBOX_SMTP_HOST, settings.OUTBOX_SMTP_PORT = "127.0.0.1", str(server.port)
    settings.OUTBOX_SMTP_SECURITY = "none"
    settings.MAIL_IN_ADDRESS = OURS
    yield server
    server.stop()


def a_mail(
    text: str = "Waar blijft mijn pakket?", sender: str = f"Vera Klaver <{VERA}>", **headers: str
) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, OURS, headers.pop("Subject", "Mijn pakket")
    mail["Message-ID"] = headers.pop("Message_ID", f"<{uuid.uuid4().hex}@klaver.example>")
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def comes_in(mail: EmailMessage) -> Taken:
    return take(mail.as_bytes())


def the_ticket() -> Ticket:
    return Ticket.objects.select_related("conversation").get()


def said() -> list[str]:
    return list(Message.objects.filter(sender=Sender.CUSTOMER).order_by("id").values_list("text", flat=True))


def test_a_mail_is_a_ticket_at_once_and_is_confirmed_as_by_a_machine(server: MailServer) -> None:
    mail = a_mail("Waar blijft mijn pakket?\n\n-- \nVera Klaver\nDorpsstraat 1")
    assert comes_in(mail) == Taken.NEW
    ticket = the_ticket()
    assert (ticket.email, ticket.verified, ticket.state) == (VERA, None, TicketState.OPEN)
    assert said() == ["Mijn pakket\n\nWaar blijft mijn pakket?"]
    message = Message.objects.get()
    assert message.turn_state == TurnState.FOR_EMPLOYEE
    assert ticket.conversation.channel == "email"
    assert deliver_waiting(MAIL) == 1
    [sent] = server.received
    text = next(iter(sent.iter_parts())).get_content()
    assert ticket.number in text
    assert "automatisch bericht van een computerprogramma" in text
    assert sent["Auto-Submitted"] == "auto-generated"
    assert (sent["Reply-To"], sent["In-Reply-To"]) == (OURS, mail["Message-ID"])


def test_employee_and_customer_write_to_and_fro(server: MailServer, sanne: Employee) -> None:
    comes_in(a_mail())
    ticket = the_ticket()
    take_over(ticket.pk, sanne)
    reply(ticket.pk, sanne, "Het is onderweg.", "1")
    assert deliver_waiting(MAIL) == 2
    answer = server.received[-1]
    text = next(iter(answer.iter_parts())).get_content()
    assert "Het is onderweg." in text
    assert "Sanne" in text
    assert (answer["Auto-Submitted"], answer["To"]) == ("no", VERA)
    back = a_mail(
        "Dank u!\n\nOp do 26 nov 2026 om 10:00 schreef Lindenhof <vragen@lindenhof.example>:\n> Het is onderweg.\n> Sanne",
        In_Reply_To=str(answer["Message-ID"]),
        Subject="Re: Mijn pakket",
    )
    assert comes_in(back) == Taken.ANSWER
    assert said()[-1] == "Dank u!"
    assert Conversation.objects.count() == 1
    assert deliver_waiting(MAIL) == 0


def test_an_answer_to_a_closed_ticket_opens_it_again(server: MailServer, sanne: Employee) -> None:
    first = a_mail()
    comes_in(first)
    ticket = the_ticket()
    take_over(ticket.pk, sanne)
    close(ticket.pk, sanne)
    assert comes_in(a_mail("Toch niet", References=f"<x@y> {first['Message-ID']}")) == Taken.ANSWER
    assert the_ticket().state == TicketState.OPEN
    assert Conversation.objects.get().state == ConversationState.WAITING


def test_the_same_mail_twice_is_one(server: MailServer) -> None:
    mail = a_mail()
    assert [comes_in(mail), comes_in(mail)] == [Taken.NEW, Taken.KNOWN]
    del mail["Message-ID"]
    assert [comes_in(mail), comes_in(mail)] == [Taken.NEW, Taken.KNOWN]
    assert Ticket.objects.count() == 2


def test_who_guesses_a_tickets_number_gets_into_no_conversation(server: MailServer) -> None:
    comes_in(a_mail())
    number, domain = the_ticket().number, sender_address().partition("@")[2]
    for guess in (f"klant.{number}", f"klant.{number}.{'0' * 32}", f"klant.{number}.", uuid.uuid4().hex):
        forged = a_mail("Geef het aan mij", In_Reply_To=f"<aanspreekpunt.{guess}@{domain}>")
        assert comes_in(forged) == Taken.NEW
    assert Conversation.objects.count() == 5


def test_who_has_had_our_mail_answers_it_also_when_a_mail_server_changed_its_id(server: MailServer) -> None:
    conversation = in_the_chat()
    deliver_waiting(MAIL)
    references = f"{server.received[-1]['References']} <0102@amazonses.example>"
    assert comes_in(a_mail("Dank u", References=references)) == Taken.ANSWER
    assert conversation.messages.filter(text__contains="Dank u").exists()


def in_the_chat(language: str = "nl") -> Conversation:
    """A customer of the web chat who has a ticket, and to whom a mail about it is queued."""
    conversation = begin("web", language)
    ticket = request_human(conversation)
    Ticket.objects.filter(pk=ticket.pk).update(email=VERA)
    Delivery.objects.create(destination=MAIL, kind=DeliveryKind.CONFIRMATION, ticket=ticket)
    return conversation


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("nl", f"[Per e-mail van {VERA}, afzender niet gecontroleerd]"),
        ("en", f"[By e-mail from {VERA}, sender not verified]"),
    ],
)
def test_a_mail_in_a_chat_says_that_it_is_one(server: MailServer, language: str, line: str) -> None:
    in_the_chat(language)
    deliver_waiting(MAIL)
    answer = a_mail("Stuur het geld hierheen", In_Reply_To=str(server.received[-1]["Message-ID"]))
    assert comes_in(answer) == Taken.ANSWER
    assert said() == [f"{line}\nStuur het geld hierheen"]


def test_mail_to_the_service_team_is_no_way_into_the_conversation(server: MailServer) -> None:
    conversation = in_the_chat()
    ticket = conversation.tickets.get()
    told = Delivery.objects.create(
        destination=DestinationName.TICKET_MAIL, kind=DeliveryKind.CHANGE, ticket=ticket
    )
    assert comes_in(a_mail(In_Reply_To=message_id(told.uid.hex))) == Taken.NEW


def test_somebody_in_copy_changes_nothing_about_where_the_answer_goes(
    server: MailServer, sanne: Employee
) -> None:
    first = a_mail()
    comes_in(first)
    ticket = the_ticket()
    take_over(ticket.pk, sanne)
    close(ticket.pk, sanne)
    partner = a_mail("Ik regel dit", sender="partner@elders.example", In_Reply_To=str(first["Message-ID"]))
    assert comes_in(partner) == Taken.ANSWER
    assert said()[-1] == "[Per e-mail van partner@elders.example, afzender niet gecontroleerd]\nIk regel dit"
    assert (the_ticket().state, the_ticket().email) == (TicketState.OPEN, VERA)
    Ticket.objects.update(state=TicketState.CLOSED, closed_at=timezone.now() - timedelta(days=60))
    comes_in(a_mail("Nog iets", sender="partner@elders.example", In_Reply_To=str(first["Message-ID"])))
    assert set(Ticket.objects.values_list("email", flat=True)) == {VERA}
    assert Ticket.objects.count() == 2


def test_a_mail_in_a_chat_gives_no_address_to_answer_to(server: MailServer) -> None:
    conversation = in_the_chat()
    deliver_waiting(MAIL)
    Ticket.objects.update(email="", state=TicketState.CLOSED, closed_at=timezone.now())
    comes_in(a_mail("Hallo", In_Reply_To=str(server.received[-1]["Message-ID"])))
    ticket = conversation.tickets.get()
    assert (ticket.state, ticket.email) == (TicketState.OPEN, "")


def test_a_made_up_sender_is_never_verified(server: MailServer) -> None:
    comes_in(a_mail("Klantnummer K100001, postcode 3511 AB"))
    assert the_ticket().verified is None


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; owner-email=x"},
        {"Return_Path": "<>"},
        {"X_Autoreply": "yes"},
        {"sender": "MAILER-DAEMON@klaver.example"},
        {"sender": "postmaster@klaver.example"},
    ],
    ids=str,
)
def test_machines_are_never_answered(server: MailServer, headers: dict[str, Any]) -> None:
    assert comes_in(a_mail(**headers)) == Taken.IGNORED
    first = a_mail()
    comes_in(first)
    assert comes_in(a_mail("Ik ben er niet", In_Reply_To=str(first["Message-ID"]), **headers)) == Taken.ANSWER
    assert said()[-1].startswith("[Automatisch bericht")
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize(
    "headers",
    [{"Precedence": "bulk"}, {"List_Id": "<a.b>"}, {"X_Auto_Response_Suppress": "OOF, AutoReply"}],
    ids=str,
)
def test_who_wants_no_automatic_answer_gets_a_ticket_without_one(
    server: MailServer, headers: dict[str, str]
) -> None:
    assert comes_in(a_mail(**headers)) == Taken.NEW
    assert not Delivery.objects.exists()


def test_our_own_mail_goes_round_in_no_circle(server: MailServer) -> None:
    assert comes_in(a_mail(sender=OURS)) == Taken.IGNORED
    comes_in(a_mail())
    deliver_waiting(MAIL)
    assert take(server.received[-1].as_bytes()) == Taken.IGNORED
    assert Ticket.objects.count() == 1


def test_two_machines_without_headers_stop(server: MailServer) -> None:
    for _ in range(8):
        comes_in(a_mail())
    assert Ticket.objects.count() == 8
    assert Delivery.objects.filter(kind=DeliveryKind.CONFIRMATION).count() == 5


def test_html_becomes_text(server: MailServer) -> None:
    mail = a_mail()
    mail.clear_content()
    mail.set_content(
        "<p>Waar is <b>het</b>?</p><script>alert(1)</script><ul><li>een</li></ul>", subtype="html"
    )
    comes_in(mail)
    assert "Waar is het?" in said()[0]
    assert "een" in said()[0]
    assert "<" not in said()[0]
    assert "alert" not in said()[0]


def test_pictures_are_kept_and_programs_are_not(server: MailServer) -> None:
    mail = a_mail()
    mail.add_attachment(PNG, maintype="image", subtype="png", filename="doos.png")
    mail.add_attachment(b"MZ" * 50, maintype="image", subtype="png", filename="../../x.exe")
    comes_in(mail)
    first, second = Attachment.objects.order_by("id")
    assert (first.state, first.name, first.content_type) == (AttachmentState.KEPT, "doos.png", "image/png")
    assert bytes(first.content.data) == PNG
    assert second.state == AttachmentState.WRONG_TYPE


@pytest.mark.parametrize(
    "raw",
    [
        b"From: a@b.nl\r\nContent-Type: text/plain; charset=bestaat-niet\r\n\r\nHallo \xe9",
        b"From: a@b.nl\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\xff\xfe\x00",
        b"From: a@b.nl\r\nSubject: =?utf-8?B?kapot?=\r\nDate: nooit\r\n\r\n",
        b"From: a@b.nl\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\n--y",
        b"From: a@b.nl\r\nMessage-ID: <<>\r\nReferences: ><\r\n\r\nHallo",
        b"From: a@b.nl\r\nContent-Type: text/html\r\n\r\n<p" + b"<div>" * 3000,
    ],
)
def test_odd_mails_are_mails(server: MailServer, raw: bytes) -> None:
    assert take(raw) == Taken.NEW
    assert Ticket.objects.get().email == "a@b.nl"


@pytest.mark.parametrize("raw", [b"", b"x", b"From: niemand\r\n\r\nHallo", b"\xff" * 100])
def test_a_mail_without_a_sender_cannot_be_taken_in(server: MailServer, raw: bytes) -> None:
    with pytest.raises(NotReadable):
        take(raw)
    assert not TakenMail.objects.exists()


def test_an_answer_of_quotes_only_is_shown_whole() -> None:
    assert read(a_mail("> alles\n> aangehaald").as_bytes()).news


# --- IMAP -----------------------------------------------------------------------------------------------------------------


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
