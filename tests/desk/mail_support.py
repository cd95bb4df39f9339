"""Mails to the organisation, and a real mail server for the answers."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from pytest_django import Settings
from tests.support.mail_server import MailServer

from conversations.models import Message, Sender
from mail_in.taking import Taken, take
from outbox.models import DestinationName
from tickets.models import Ticket

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
