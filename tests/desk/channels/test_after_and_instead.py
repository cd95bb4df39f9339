"""What the web chat has a form for, on channels: how satisfied a customer is, and another way than waiting."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from tests.desk.channels.conftest import Story

from away.service import mail_what_employees_wrote
from channels import reaching
from channels.models import Outgoing, OutgoingState
from closing.ending import Ending
from closing.models import Outcome
from conversations.models import Message
from employees.models import Employee
from outbox.models import Delivery
from satisfaction.models import Rating
from tickets import services
from tickets.models import Ticket, TicketState, Wish
from waiting.models import Apology
from waiting.service import apologise_to_who_waits_long

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.one_channel]


# --- Satisfaction ---------------------------------------------------------------------------------------------------


@pytest.fixture
def closed(story: Story, sanne: Employee) -> Story:
    """A customer whose ticket Sanne has closed as solved."""
    story.says("medewerker")
    services.take_over(story.ticket.pk, sanne)
    services.close(story.ticket.pk, sanne, Ending(Outcome.SOLVED))
    return story


def test_after_closing_the_customer_is_asked_once_and_may_answer(closed: Story) -> None:
    *_, farewell, question = closed.work()
    assert "gesloten" in farewell.text
    assert "Hoe tevreden" in question.text
    assert "4 Tevreden" in question.buttons or "4 Tevreden" in question.text
    (thanks,) = closed.presses("4 Tevreden")
    assert "Dank u wel" in thanks.text
    assert Rating.objects.get().score == 4
    (again,) = closed.presses("1 Heel ontevreden")
    assert "eerste antwoord" in again.text
    assert Rating.objects.get().score == 4
    assert closed.rasa.messages == []
    assert closed.ticket.state == TicketState.CLOSED


def test_not_answering_is_possible_and_later_words_are_no_score(closed: Story) -> None:
    closed.work()
    assert [bubble.text for bubble in closed.says("Nog een vraag")] == ["Antwoord op: Nog een vraag"]
    closed.says("4")
    assert not Rating.objects.exists()


def test_too_late_is_said(closed: Story) -> None:
    closed.work()
    Ticket.objects.update(closed_at=timezone.now() - timedelta(days=8))
    (answer,) = closed.presses("5 Heel tevreden")
    assert "niet meer" in answer.text
    assert not Rating.objects.exists()


def test_a_score_reopens_nothing_when_the_question_was_not_solved(story: Story, sanne: Employee) -> None:
    story.says("medewerker")
    services.take_over(story.ticket.pk, sanne)
    services.close(story.ticket.pk, sanne, Ending(Outcome.NOT_SOLVED))
    story.work()
    story.presses("2 Ontevreden")
    assert story.ticket.state == TicketState.CLOSED
    (reopened,) = story.says("Het is nog niet goed")
    assert story.ticket.number in reopened.text
    assert story.ticket.state == TicketState.OPEN


# --- Another way ----------------------------------------------------------------------------------------------------


@pytest.fixture
def waiting(story: Story, monkeypatch: pytest.MonkeyPatch) -> Story:
    """A customer who was told that nobody picked up in time, at a desk that can mail."""
    monkeypatch.setattr(settings, "OUTBOX_SMTP_HOST", "mail.example")
    story.says("medewerker")
    Apology.objects.create(ticket=story.ticket, queued_at=story.ticket.queued_at)
    return story


@pytest.mark.parametrize(
    ("sent", "wish", "phone", "email"),
    [
        ("06 12345678", Wish.CALL_BACK, "+31612345678", ""),
        ("+31 (0)85 000 1234", Wish.CALL_BACK, "", ""),
        ("vera@voorbeeld.example", Wish.EMAIL, "", "vera@voorbeeld.example"),
    ],
)
def test_a_number_or_address_alone_is_how_to_reach_the_customer(
    waiting: Story, sent: str, wish: str, phone: str, email: str
) -> None:
    (chosen,) = waiting.says(sent)
    ticket = waiting.ticket
    assert ticket.wish == wish
    assert ticket.phone == (phone or (ticket.phone if wish == Wish.CALL_BACK else ""))
    assert ticket.email == email
    assert ticket.number in chosen.text
    assert ticket.state == TicketState.OPEN


def test_an_address_alone_is_a_message_where_the_desk_cannot_mail(
    waiting: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "OUTBOX_SMTP_HOST", "")
    waiting.says("vera@voorbeeld.example")
    assert waiting.ticket.wish == ""
    assert waiting.ticket.email == "vera@voorbeeld.example"


@pytest.mark.parametrize("sent", ["400123456", "Mijn nummer is 06 12345678", "3511 AB", "vera@", "0612"])
def test_anything_else_is_a_message_for_the_employee(waiting: Story, sent: str) -> None:
    waiting.says(sent)
    assert waiting.ticket.wish == ""


def test_it_is_not_taken_so_while_it_is_not_offered(story: Story, sanne: Employee) -> None:
    story.says("medewerker")
    services.take_over(story.ticket.pk, sanne)
    story.says("06 12345678")
    assert not story.ticket.wish
    assert not reaching.tells_how(story.conversation, "06 12345678")


def test_the_apology_says_how_on_a_channel_without_a_form(story: Story, service_choices: Any) -> None:
    story.says("medewerker")
    service_choices(nobody_picks_up_minutes=1)
    Ticket.objects.update(queued_at=timezone.now() - timedelta(days=3))
    apologise_to_who_waits_long()
    (apology,) = story.work()
    assert "Stuur dan alleen" in apology.text
    assert "hieronder" not in apology.text


def test_while_nobody_is_there_the_customer_hears_of_other_ways_at_once(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("organisation.opening_hours.OpeningHours.is_open", lambda self, at: False)
    assert "Stuur dan alleen uw telefoonnummer." in story.says("medewerker")[-1].text
    monkeypatch.setattr(settings, "OUTBOX_SMTP_HOST", "mail.example")
    assert "Stuur dan alleen uw telefoonnummer of e-mailadres" in story.says("medewerker")[-1].text
    story.says("06 12345678")
    assert story.ticket.wish == Wish.CALL_BACK


# --- Mail to who is away ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [OutgoingState.SENT, OutgoingState.HELD, OutgoingState.FAILED])
def test_only_what_does_not_reach_the_customer_here_is_mailed(
    story: Story, sanne: Employee, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    monkeypatch.setattr(settings, "OUTBOX_SMTP_HOST", "mail.example")
    story.says("medewerker")
    services.take_over(story.ticket.pk, sanne)
    message = services.reply(story.ticket.pk, sanne, "Gevonden!", "1")
    Ticket.objects.update(email="vera@voorbeeld.example")
    Message.objects.filter(pk=message.pk).update(at=timezone.now() - timedelta(hours=1))
    Outgoing.objects.filter(message=message).update(state=state)
    mail_what_employees_wrote()
    deliveries = list(Delivery.objects.all())
    assert bool(deliveries) == (state != OutgoingState.SENT)
    assert all(delivery.link == "" for delivery in deliveries)


def test_who_chose_mail_gets_it_besides_what_arrives_here(waiting: Story, sanne: Employee) -> None:
    waiting.says("vera@voorbeeld.example")
    services.take_over(waiting.ticket.pk, sanne)
    message = services.reply(waiting.ticket.pk, sanne, "Gevonden!", "1")
    Message.objects.filter(pk=message.pk).update(at=timezone.now() - timedelta(minutes=3))
    Outgoing.objects.filter(message=message).update(state=OutgoingState.SENT)
    mail_what_employees_wrote()
    assert list(Delivery.objects.get().messages.all()) == [message]
