"""Customers who left the chat: unread messages go by mail, with a link that opens the conversation again."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core import signing
from django.test import Client
from django.utils import timezone
from tests.desk.web import Customer

from away import link, service
from away.service import mail_what_employees_wrote
from conversations.attention import seen_by_customer
from conversations.models import Conversation, Message
from conversations.store import add_customer_message
from employees.models import Employee
from identity.models import Identity
from organisation.service import Service
from outbox.models import Delivery, DestinationName
from tickets.models import Ticket, Wish
from tickets.services import close, reply, request_human, take_over

LONG_AGO = timedelta(minutes=Service().mail_unread_minutes + 1)


@pytest.fixture(autouse=True)
def mail_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mail is set up; the outbox's own tests send it."""
    monkeypatch.setattr(settings, "OUTBOX_SMTP_HOST", "mail.example")


@pytest.fixture
def ticket(conversation: Conversation, sanne: Employee) -> Ticket:
    """Sanne has it, and knows the customer's address."""
    ticket = take_over(request_human(conversation).pk, sanne)
    Ticket.objects.filter(pk=ticket.pk).update(email="klant@example.nl")
    return ticket


def wrote(ticket: Ticket, text: str, ago: timedelta = LONG_AGO) -> Message:
    """Sanne wrote this, so long ago."""
    assert ticket.employee
    message = reply(ticket.pk, ticket.employee, text, text)
    Message.objects.filter(pk=message.pk).update(at=timezone.now() - ago)
    return message


def mailed() -> list[Delivery]:
    return list(Delivery.objects.filter(destination=DestinationName.CUSTOMER_MAIL))


# --- When and what --------------------------------------------------------------------------------------------------


def test_what_was_not_read_in_time_is_mailed_once_and_in_one_mail(ticket: Ticket) -> None:
    first, second = wrote(ticket, "Gevonden!"), wrote(ticket, "Het komt morgen.", timedelta(minutes=1))
    mail_what_employees_wrote()
    mail_what_employees_wrote()
    (delivery,) = mailed()
    assert list(delivery.messages.order_by("id")) == [first, second]
    assert delivery.link.startswith(settings.PUBLIC_URL)


def test_what_comes_after_a_mail_is_a_new_mail(ticket: Ticket) -> None:
    wrote(ticket, "Gevonden!")
    mail_what_employees_wrote()
    later = wrote(ticket, "Het komt morgen.")
    mail_what_employees_wrote()
    assert [list(delivery.messages.all()) for delivery in mailed()][1] == [later]


def test_what_is_recent_waits(ticket: Ticket) -> None:
    wrote(ticket, "Gevonden!", timedelta(minutes=1))
    mail_what_employees_wrote()
    assert mailed() == []


def test_what_was_read_is_not_mailed(ticket: Ticket) -> None:
    message = wrote(ticket, "Gevonden!")
    seen_by_customer(ticket.conversation_id, received=message.pk, read=message.pk)
    mail_what_employees_wrote()
    assert mailed() == []


def test_what_only_arrived_is(ticket: Ticket) -> None:
    message = wrote(ticket, "Gevonden!")
    seen_by_customer(ticket.conversation_id, received=message.pk, read=0)
    mail_what_employees_wrote()
    assert len(mailed()) == 1


def test_who_wrote_back_has_read_it(ticket: Ticket) -> None:
    wrote(ticket, "Gevonden!")
    add_customer_message(ticket.conversation_id, "a", "Fijn!")
    mail_what_employees_wrote()
    assert mailed() == []


def test_without_an_address_the_message_stays_in_the_chat(ticket: Ticket) -> None:
    Ticket.objects.update(email="")
    message = wrote(ticket, "Gevonden!")
    mail_what_employees_wrote()
    assert mailed() == []
    assert Message.objects.filter(pk=message.pk).exists()


def test_it_can_be_switched_off(ticket: Ticket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "service", lambda: Service(mail_unread_minutes=0))
    wrote(ticket, "Gevonden!")
    mail_what_employees_wrote()
    assert mailed() == []


def test_old_news_is_not_mailed_when_mail_is_set_up_later(ticket: Ticket) -> None:
    wrote(ticket, "Gevonden!", timedelta(days=3))
    mail_what_employees_wrote()
    assert mailed() == []


# --- Who chose mail -------------------------------------------------------------------------------------------------


@pytest.fixture
def chose_mail(ticket: Ticket) -> Ticket:
    Ticket.objects.filter(pk=ticket.pk).update(wish=Wish.EMAIL)
    return ticket


def test_who_chose_mail_gets_it_also_when_the_chat_stood_open_on_a_screen(chose_mail: Ticket) -> None:
    message = wrote(chose_mail, "Gevonden!", timedelta(minutes=3))
    seen_by_customer(chose_mail.conversation_id, received=message.pk, read=message.pk)
    mail_what_employees_wrote()
    mail_what_employees_wrote()
    (delivery,) = mailed()
    assert list(delivery.messages.all()) == [message]


def test_who_chose_mail_gets_it_whatever_becomes_of_unread_messages(
    chose_mail: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "service", lambda: Service(mail_unread_minutes=0))
    wrote(chose_mail, "Gevonden!", timedelta(minutes=3))
    mail_what_employees_wrote()
    assert len(mailed()) == 1


def test_what_an_employee_writes_in_a_row_is_one_mail(chose_mail: Ticket) -> None:
    first = wrote(chose_mail, "Gevonden!", timedelta(minutes=1))
    mail_what_employees_wrote()
    assert mailed() == []
    second = wrote(chose_mail, "Het komt morgen.", timedelta())
    Message.objects.filter(pk=first.pk).update(at=timezone.now() - timedelta(minutes=3))
    mail_what_employees_wrote()
    (delivery,) = mailed()
    assert list(delivery.messages.order_by("id")) == [first, second]


def test_the_choice_holds_after_the_ticket_is_closed_and_for_that_ticket_only(
    chose_mail: Ticket, sanne: Employee
) -> None:
    message = wrote(chose_mail, "Gevonden!", timedelta(minutes=3))
    seen_by_customer(chose_mail.conversation_id, received=message.pk, read=message.pk)
    close(chose_mail.pk, sanne)
    mail_what_employees_wrote()
    assert len(mailed()) == 1
    later = take_over(request_human(chose_mail.conversation).pk, sanne)
    Ticket.objects.filter(pk=later.pk).update(wish=Wish.CHAT)
    answer = wrote(later, "Nog iets.", timedelta(minutes=3))
    seen_by_customer(chose_mail.conversation_id, received=answer.pk, read=answer.pk)
    mail_what_employees_wrote()
    assert len(mailed()) == 1


def test_who_chose_mail_and_wrote_back_here_has_read_it_here(chose_mail: Ticket) -> None:
    wrote(chose_mail, "Gevonden!")
    add_customer_message(chose_mail.conversation_id, "a", "Fijn!")
    mail_what_employees_wrote()
    assert mailed() == []


# --- The link -------------------------------------------------------------------------------------------------------


def signed_part(conversation: Conversation) -> str:
    return urlsplit(link.link_to(conversation)).fragment.removeprefix("verder=")


def test_the_link_opens_its_conversation_only(client: Client, conversation: Conversation) -> None:
    other = Customer(client)
    answer = client.post(
        "/api/webchat/resume", {"link": signed_part(conversation)}, content_type="application/json"
    )
    assert (answer.status_code, answer.json()["conversation"]) == (200, conversation.external_id)
    headers = {"Authorization": f"Bearer {answer.json()['token']}"}
    found = client.get("/api/webchat/messages", headers=headers).json()
    assert len(found["messages"]) == 1
    assert other.conversation != answer.json()["conversation"]


def test_no_link_goes_to_an_address_that_the_site_does_not_vouch_for(ticket: Ticket) -> None:
    identity = Identity.objects.create(
        conversation=ticket.conversation, site="https://www.winkel.example", customer="K100001"
    )
    wrote(ticket, "Gevonden!")
    mail_what_employees_wrote()
    Identity.objects.filter(pk=identity.pk).update(email="klant@example.nl")
    wrote(ticket, "Het komt morgen.")
    mail_what_employees_wrote()
    assert ["#verder=" in delivery.link for delivery in mailed()] == [False, True]


def test_no_server_sees_the_part_that_opens_the_conversation(conversation: Conversation) -> None:
    parts = urlsplit(link.link_to(conversation))
    assert (parts.path, parts.query) == ("/", "")


@pytest.mark.django_db
def test_an_expired_or_forged_link_opens_nothing(
    client: Client, conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed = signed_part(conversation)
    forged = signing.dumps(conversation.external_id, salt="something else")
    token = signing.dumps(conversation.external_id, salt="webchat.conversation")
    for wrong in (signed[:-1], forged, token, "x"):
        answer = client.post("/api/webchat/resume", {"link": wrong}, content_type="application/json")
        assert (answer.status_code, answer.json()["error"]["code"]) == (410, "link_expired")
    monkeypatch.setattr(link, "LIFETIME", timedelta(seconds=-1))
    answer = client.post("/api/webchat/resume", {"link": signed}, content_type="application/json")
    assert answer.status_code == 410


def test_a_link_is_no_token(client: Client, conversation: Conversation) -> None:
    headers = {"Authorization": f"Bearer {signed_part(conversation)}"}
    assert client.get("/api/webchat/messages", headers=headers).status_code == 401


def test_a_conversation_that_was_erased_is_gone(client: Client, conversation: Conversation) -> None:
    signed = signed_part(conversation)
    conversation.delete()
    answer = client.post("/api/webchat/resume", {"link": signed}, content_type="application/json")
    assert answer.status_code == 404
