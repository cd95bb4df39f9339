"""Tickets by e-mail, at a real SMTP server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings
from tests.desk.outbox_support import a_ticket, make_due
from tests.support.mail_server import MailServer

from employees.models import Employee
from outbox import content
from outbox.models import Delivery, DestinationName
from outbox.sending import deliver_waiting
from tickets.models import Ticket
from tickets.services import close, reply, take_over

pytestmark = pytest.mark.django_db
TO = "tickets@intern.example"


@pytest.fixture
def server(settings: Settings) -> Iterator[MailServer]:
    server = MailServer()
    settings.OUTBOX_SMTP_HOST, settings.OUTBOX_SMTP_PORT = "127.0.0.1", str(server.port)
    settings.OUTBOX_SMTP_SECURITY = "none"
    settings.OUTBOX_TICKET_MAIL_TO = TO
    yield server
    server.stop()


def test_a_ticket_and_its_changes_are_one_thread(server: MailServer, sanne: Employee) -> None:
    ticket = a_ticket("Waar blijft mijn pakket <script>?")
    take_over(ticket.pk, sanne)
    reply(ticket.pk, sanne, "Ik zoek het uit — één moment 🙂", "r1")
    close(ticket.pk, sanne)
    assert deliver_waiting(DestinationName.TICKET_MAIL) == 4
    assert server.recipients == [[TO]] * 4
    subjects = [mail["Subject"] for mail in server.received]
    subject = f"[{ticket.number}] {content.title(ticket)}"
    assert subjects == [subject, *[f"Re: {subject}"] * 3]
    assert len({mail["References"] for mail in server.received}) == 1
    assert len({mail["Message-ID"] for mail in server.received}) == 4
    first, third = server.received[0], server.received[2]
    assert "<script>" in first.get_body(("plain",)).get_content()
    assert "<script>" not in first.get_body(("html",)).get_content()
    assert "één moment 🙂" in third.get_body(("plain",)).get_content()


def test_a_subject_cannot_add_a_header(server: MailServer) -> None:
    ticket = a_ticket(intent="x\r\nBcc: vreemde@example.org")
    assert Ticket.objects.get(pk=ticket.pk).intent.startswith("x\r\n")
    assert deliver_waiting(DestinationName.TICKET_MAIL) == 1
    assert server.recipients == [[TO]]
    assert server.received[0]["Bcc"] is None


def test_a_lost_answer_repeats_the_same_message_id_and_nothing_overtakes_it(
    server: MailServer, sanne: Employee
) -> None:
    ticket = a_ticket()
    take_over(ticket.pk, sanne)
    server.cut_after_data = True
    assert deliver_waiting(DestinationName.TICKET_MAIL) == 0
    server.cut_after_data = False
    make_due()
    assert deliver_waiting(DestinationName.TICKET_MAIL) == 2
    ids = [mail["Message-ID"] for mail in server.received]
    assert ids[0] == ids[1] != ids[2]


@pytest.mark.parametrize("setting", ["OUTBOX_SMTP_HOST", "OUTBOX_TICKET_MAIL_TO"])
def test_an_incomplete_setting_is_told(server: MailServer, settings: Settings, setting: str) -> None:
    setattr(settings, setting, "")
    with pytest.raises(CommandError, match=r"DESK_SMTP_HOST|is not set up"):
        call_command("outbox_test", "ticket_mail")


def test_a_trial(server: MailServer) -> None:
    call_command("outbox_test", "ticket_mail")
    call_command("outbox_test", "customer_mail")
    assert server.recipients == [[TO], ["service@lindenhof.example"]]
    server.answer_to_recipient = "550 no"
    with pytest.raises(CommandError, match="weigerde het e-mailadres van de ontvanger \\(code 550\\)"):
        call_command("outbox_test", "ticket_mail")
    assert not Delivery.objects.exists()
