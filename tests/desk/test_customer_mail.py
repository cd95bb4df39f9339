"""Mail to a customer, at a real SMTP server."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.db import transaction
from pytest_django import Settings
from tests.desk.outbox_support import CUSTOMER, a_ticket, make_due
from tests.support.mail_server import PASSWORD, USER, Certificate, MailServer

from conversations.models import Message
from employees.models import Employee
from organisation import service as service_module
from organisation.texts import ENGLISH
from outbox import customer_mail
from outbox.models import Delivery, DeliveryKind, DeliveryState, DestinationName
from outbox.presentation import alarm_count
from outbox.sending import deliver_waiting
from tickets.details import Details, add_details
from tickets.models import Ticket
from tickets.services import reply, take_over

pytestmark = pytest.mark.django_db
LINK = "https://chat.example/verder?sleutel=abc"
MAIL = DestinationName.CUSTOMER_MAIL


@pytest.fixture
def server(settings: Settings) -> Iterator[MailServer]:
    server = MailServer()
    settings.OUTBOX_SMTP_HOST, settings.OUTBOX_SMTP_PORT = "127.0.0.1", str(server.port)
    settings.OUTBOX_SMTP_SECURITY = "none"
    yield server
    server.stop()


def answered(employee: Employee, *texts: str, ticket: Ticket | None = None) -> tuple[Ticket, list[Message]]:
    ticket = ticket or a_ticket()
    take_over(ticket.pk, employee)
    return ticket, [reply(ticket.pk, employee, text, f"r{at}") for at, text in enumerate(texts)]


def test_a_customer_gets_what_an_employee_wrote(server: MailServer, sanne: Employee) -> None:
    ticket, messages = answered(sanne, "Uw pakket is zoek 😟 <b>", "Het spijt ons zéér.")
    delivery = customer_mail.send(ticket.conversation, messages, LINK)
    assert delivery is not None
    assert deliver_waiting(MAIL) == 1
    [mail] = server.received
    assert server.recipients == [[CUSTOMER]]
    assert mail["Subject"] == f"Lindenhof heeft u geantwoord ({ticket.number})"
    assert mail["From"] == "Lindenhof <service@lindenhof.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == f"<aanspreekpunt.{delivery.uid.hex}@lindenhof.example>"
    text, html = (part.get_content() for part in mail.iter_parts())
    assert "Uw pakket is zoek 😟 <b>" in text
    assert text.index("zoek") < text.index("zéér")
    assert LINK in text
    assert "Uw pakket is zoek 😟 &lt;b&gt;" in html
    delivery.refresh_from_db()
    assert (delivery.state, delivery.link) == (DeliveryState.SENT, "")


def test_later_mail_belongs_to_the_same_thread(server: MailServer, sanne: Employee) -> None:
    ticket, messages = answered(sanne, "Een", "Twee")
    for message in messages:
        assert customer_mail.send(ticket.conversation, [message], LINK)
    assert deliver_waiting(MAIL) == 2
    first, second = server.received
    assert first["References"] == second["References"]
    assert first["Message-ID"] != second["Message-ID"]


@pytest.mark.parametrize("kind", [DeliveryKind.CONFIRMATION, DeliveryKind.UNREAD])
def test_a_customer_of_the_english_chat_gets_english_mail(
    server: MailServer, sanne: Employee, kind: DeliveryKind
) -> None:
    ticket = a_ticket(language=ENGLISH)
    if kind == DeliveryKind.UNREAD:
        _, messages = answered(sanne, "Your parcel is on its way.", ticket=ticket)
        customer_mail.send(ticket.conversation, messages, LINK)
    else:
        Delivery.objects.create(destination=MAIL, kind=kind, ticket=ticket, link=LINK)
    assert deliver_waiting(MAIL) == 1
    [mail] = server.received
    assert mail["Content-Language"] == "en"
    text, html = (part.get_content() for part in mail.iter_parts())
    for words in (str(mail["Subject"]), text, html):
        assert ticket.number in words
        assert not re.search(r"\b(?:uw|wij|een|klant|heeft|dag|uur)\b", words, re.IGNORECASE)
    assert '<html lang="en">' in html
    assert LINK in text


def test_a_message_is_mailed_once_and_only_that_of_an_employee(server: MailServer, sanne: Employee) -> None:
    ticket, [message] = answered(sanne, "Goedemorgen")
    everything = list(ticket.conversation.messages.all())
    delivery = customer_mail.send(ticket.conversation, everything, LINK)
    assert delivery is not None
    assert list(delivery.messages.all()) == [message]
    assert customer_mail.send(ticket.conversation, everything, LINK) is None


def test_nothing_is_mailed_without_an_address_or_a_mail_server(
    server: MailServer, settings: Settings, sanne: Employee
) -> None:
    without, messages = answered(sanne, "Hallo", ticket=a_ticket(email=""))
    assert not customer_mail.can_send(without.conversation)
    assert customer_mail.send(without.conversation, messages, LINK) is None
    ticket, messages = answered(sanne, "Hallo")
    settings.OUTBOX_SMTP_HOST = ""
    assert not customer_mail.can_send(ticket.conversation)
    assert customer_mail.send(ticket.conversation, messages, LINK) is None
    assert not Delivery.objects.exists()


def test_what_is_rolled_back_is_not_mailed(server: MailServer, sanne: Employee) -> None:
    ticket, messages = answered(sanne, "Goedemorgen")
    with transaction.atomic():
        assert customer_mail.send(ticket.conversation, messages, LINK)
        transaction.set_rollback(True)
    assert deliver_waiting(MAIL) == 0


def test_a_ticket_is_confirmed_once_as_soon_as_there_is_an_address(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = replace(service_module.service(), confirm_ticket_by_mail=True)
    monkeypatch.setattr("outbox.capture.service", lambda: wanted)
    ticket = a_ticket(email="")
    assert not Delivery.objects.exists()
    for phone in ("+31612345678", "+31612345679"):
        add_details(ticket.pk, Details(email=CUSTOMER, phone=phone))
    assert Delivery.objects.get().kind == DeliveryKind.CONFIRMATION
    assert deliver_waiting(MAIL) == 1
    [mail] = server.received
    assert ticket.number in mail["Subject"]
    assert "ontvangen" in mail.get_body(("plain",)).get_content()


def test_a_ticket_is_not_confirmed_by_default(server: MailServer) -> None:
    a_ticket()
    assert not Delivery.objects.exists()


def test_greylisting_is_tried_again_later(server: MailServer, sanne: Employee) -> None:
    ticket, messages = answered(sanne, "Goedemorgen")
    customer_mail.send(ticket.conversation, messages, LINK)
    server.answer_to_recipient = "451 4.7.1 klant@voorbeeld.example: Greylisted"
    assert deliver_waiting(MAIL) == 0
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.problem, delivery.problem_detail) == (
        "waiting",
        "address_refused",
        "451",
    )
    assert deliver_waiting(MAIL) == 0  # not due yet
    make_due()
    server.answer_to_recipient = None
    assert deliver_waiting(MAIL) == 1
    assert len(server.received) == 1


def test_an_unknown_address_is_final_and_does_not_hold_up_the_next_mail(
    server: MailServer, sanne: Employee
) -> None:
    ticket, [one, two] = answered(sanne, "Een", "Twee")
    customer_mail.send(ticket.conversation, [one], LINK)
    server.answer_to_recipient = "550 5.1.1 unknown"
    deliver_waiting(MAIL)
    assert Delivery.objects.get().state == DeliveryState.FAILED
    server.answer_to_recipient = None
    customer_mail.send(ticket.conversation, [two], LINK)
    assert deliver_waiting(MAIL) == 1


def test_a_cut_connection_repeats_the_same_message_id(server: MailServer, sanne: Employee) -> None:
    ticket, messages = answered(sanne, "Goedemorgen")
    customer_mail.send(ticket.conversation, messages, LINK)
    server.cut_after_data = True
    assert deliver_waiting(MAIL) == 0
    delivery = Delivery.objects.get()
    assert (delivery.problem, delivery.is_uncertain) == ("cut_off", True)
    server.cut_after_data = False
    make_due()
    assert deliver_waiting(MAIL) == 1
    first, second = server.received
    assert first["Message-ID"] == second["Message-ID"]


def test_nobody_listens(server: MailServer, sanne: Employee) -> None:
    ticket, messages = answered(sanne, "Goedemorgen")
    customer_mail.send(ticket.conversation, messages, LINK)
    server.stop()
    assert deliver_waiting(MAIL) == 0
    delivery = Delivery.objects.get()
    assert (delivery.problem, delivery.is_uncertain) == ("unreachable", False)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return Certificate(tmp_path_factory.mktemp("certificate"))


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_mail_goes_over_tls_to_a_server_that_is_trusted_only(
    certificate: Certificate,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    sanne: Employee,
    security: str,
) -> None:
    server = MailServer(certificate, security)
    settings.OUTBOX_SMTP_HOST, settings.OUTBOX_SMTP_PORT = "127.0.0.1", str(server.port)
    settings.OUTBOX_SMTP_SECURITY = security
    if security == "starttls":
        settings.OUTBOX_SMTP_USER, settings.OUTBOX_SMTP_PASSWORD = USER, PASSWORD
    ticket, messages = answered(sanne, "Goedemorgen")
    customer_mail.send(ticket.conversation, messages, LINK)
    assert deliver_waiting(MAIL) == 0
    assert Delivery.objects.get().problem == "tls"
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.file))
    make_due()
    assert deliver_waiting(MAIL) == 1
    server.stop()


def test_a_wrong_password_raises_the_alarm_at_once(
    certificate: Certificate, settings: Settings, monkeypatch: pytest.MonkeyPatch, sanne: Employee
) -> None:
    server = MailServer(certificate, "starttls")
    settings.OUTBOX_SMTP_HOST, settings.OUTBOX_SMTP_PORT = "127.0.0.1", str(server.port)
    settings.OUTBOX_SMTP_USER, settings.OUTBOX_SMTP_PASSWORD = USER, "verkeerd"
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.file))
    ticket, messages = answered(sanne, "Goedemorgen")
    customer_mail.send(ticket.conversation, messages, LINK)
    deliver_waiting(MAIL)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.problem, delivery.problem_detail) == ("waiting", "login_refused", "535")
    assert alarm_count() == 1
    server.stop()


def test_no_header_can_be_added_through_a_text(server: MailServer, sanne: Employee) -> None:
    ticket, messages = answered(sanne, "Hallo\r\nBcc: vreemde@example.org")
    Ticket.objects.filter(pk=ticket.pk).update(email=f"{CUSTOMER}\nBcc: vreemde@example.org")
    customer_mail.send(ticket.conversation, messages, LINK)
    deliver_waiting(MAIL)
    assert server.received == []
    Ticket.objects.filter(pk=ticket.pk).update(email=CUSTOMER)
    make_due()
    deliver_waiting(MAIL)
    assert server.recipients == [[CUSTOMER]]
    assert server.received[0]["Bcc"] is None


def test_the_real_server_speaks_smtp(server: MailServer) -> None:
    with smtplib.SMTP("127.0.0.1", server.port) as client:
        assert client.noop()[0] == 250


def test_who_cannot_phone_is_not_told_to_call(server: MailServer, sanne: Employee) -> None:
    ticket, messages = answered(sanne, "Uw pakket is gevonden.")
    Ticket.objects.filter(pk=ticket.pk).update(entities={"cannot_phone": "true"})
    customer_mail.send(ticket.conversation, messages, LINK)
    assert deliver_waiting(MAIL) == 1
    for part in server.received[0].iter_parts():
        words = part.get_content()
        assert "bellen" not in words
        assert "tel:" not in words
        assert "service@lindenhof.example" in words
