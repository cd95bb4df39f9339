"""Mail that comes in: a ticket at once, answers in the same conversation, and never an answer to a machine."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.desk.mail_support import MAIL, OURS, PNG, VERA, a_mail, comes_in, said, server, the_ticket
from tests.support.mail_server import MailServer

from channels.models import Attachment, AttachmentState
from conversations.models import Conversation, ConversationState, Message, TurnState
from conversations.store import begin
from employees.models import Employee
from mail_in.models import TakenMail
from mail_in.reading import NotReadable, read
from mail_in.taking import Taken, take
from outbox.mail import message_id, sender_address
from outbox.models import Delivery, DeliveryKind, DestinationName
from outbox.sending import deliver_waiting
from tickets.models import Ticket, TicketState
from tickets.services import close, reply, request_human, take_over

__all__ = ["server"]
pytestmark = pytest.mark.django_db


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
