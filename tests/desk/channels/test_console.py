"""What employees see of messaging channels, and what they can do there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.desk.channels.conftest import Story
from tests.desk.channels.vendor_server import Reply

from channels.models import Outgoing, OutgoingState
from console.catalogue import name_of
from conversations.models import Conversation
from conversations.store import begin
from employees.models import Employee
from employees.roles import Role, give_roles
from tickets import services
from tickets.models import Ticket

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.one_channel]


@pytest.fixture
def ticket(story: Story, sanne: Employee) -> Ticket:
    """A customer's ticket that Sanne has."""
    story.says("medewerker")
    ticket = services.take_over(story.ticket.pk, sanne)
    story.work()
    return ticket


def shown(page: Client, ticket: Ticket) -> str:
    return page.get(reverse("console:ticket", args=[ticket.number])).content.decode()


def test_the_ticket_names_the_channel_and_each_message_its_stand(
    story: Story, page: Client, ticket: Ticket
) -> None:
    content = shown(page, ticket)
    assert name_of("channel", story.customer.name) in content
    assert content.count("Verstuurd</p>") == Outgoing.objects.count()


def test_what_may_not_have_arrived_is_sent_again_by_a_button(
    story: Story, page: Client, sanne: Employee, ticket: Ticket
) -> None:
    story.customer.vendor.mishaps.append(Reply(cut=True))
    message = services.reply(ticket.pk, sanne, "Ik zoek het uit.", "1")
    assert story.work() == []
    content = shown(page, ticket)
    assert "Misschien niet aangekomen" in content
    assert "Toch opnieuw versturen" in content
    again = reverse("console:send_again", args=[ticket.number, message.pk])
    assert "opnieuw verstuurd" in page.post(again, follow=True).content.decode()
    assert [bubble.text for bubble in story.work()] == ["Ik zoek het uit."]
    assert "hoeft niet opnieuw" in page.post(again, follow=True).content.decode()
    assert story.work() == []


def test_what_belongs_to_a_conversation_that_was_left_is_not_said_to_be_sent(
    story: Story, page: Client, sanne: Employee, ticket: Ticket
) -> None:
    story.customer.vendor.mishaps.append(Reply(cut=True))
    message = services.reply(ticket.pk, sanne, "Ik zoek het uit.", "1")
    story.work()
    services.close(ticket.pk, sanne)
    story.work()
    Conversation.objects.update(last_message_at=timezone.now() - timedelta(days=8))
    story.says("Hallo")
    again = reverse("console:send_again", args=[ticket.number, message.pk])
    assert "een nieuw gesprek begonnen" in page.post(again, follow=True).content.decode()
    assert Outgoing.objects.get(message=message).state == OutgoingState.UNCERTAIN


def test_nobody_sends_another_tickets_message(
    story: Story, page: Client, sanne: Employee, ticket: Ticket
) -> None:
    story.customer.vendor.mishaps.append(Reply(cut=True))
    message = services.reply(ticket.pk, sanne, "Ik zoek het uit.", "1")
    story.work()
    story.customer.somebody_else()
    story.says("medewerker")
    other = Ticket.objects.latest("id")
    page.post(reverse("console:send_again", args=[other.number, message.pk]))
    assert Outgoing.objects.get(message=message).state == OutgoingState.UNCERTAIN


def test_who_cannot_be_reached_here_can_be_reached_by_what_the_ticket_holds(
    story: Story, page: Client, sanne: Employee, ticket: Ticket
) -> None:
    Ticket.objects.update(email="vera@voorbeeld.example")
    message = services.reply(ticket.pk, sanne, "Ik zoek het uit.", "1")
    Outgoing.objects.filter(message=message).update(state=OutgoingState.HELD, problem="outside_window")
    content = shown(page, ticket)
    assert "Wacht op de klant" in content
    assert "vera@voorbeeld.example" in content


def test_supervisors_are_warned_when_a_person_must_mend_something(
    story: Story, page: Client, sanne: Employee, ticket: Ticket
) -> None:
    story.customer.vendor.mishaps.append(story.customer.expired())
    services.reply(ticket.pk, sanne, "Ik zoek het uit.", "1")
    story.work()
    counter = reverse("console:counter")
    assert "niet verstuurd" not in page.get(counter).content.decode()
    give_roles(sanne, [Role.EMPLOYEE, Role.SUPERVISOR])
    assert "<strong>1</strong> niet verstuurd" in page.get(counter).content.decode()
    listed = page.get(reverse("console:undelivered")).content.decode()
    assert ticket.number in listed
    assert "liet ons niet toe" in listed
    Outgoing.objects.update(state=OutgoingState.SENT)
    assert "Alles is verstuurd" in page.get(reverse("console:undelivered")).content.decode()


def test_old_trouble_leaves_the_list(story: Story, page: Client, sanne: Employee, ticket: Ticket) -> None:
    give_roles(sanne, [Role.SUPERVISOR])
    outgoing = Outgoing.objects.latest("id")
    Outgoing.objects.filter(pk=outgoing.pk).update(state=OutgoingState.FAILED, problem="blocked")
    assert ticket.number in page.get(reverse("console:undelivered")).content.decode()
    type(outgoing.message).objects.filter(pk=outgoing.message_id).update(
        at=timezone.now() - timedelta(days=15)
    )
    assert ticket.number not in page.get(reverse("console:undelivered")).content.decode()


def test_the_web_chat_has_no_such_line(page: Client, sanne: Employee) -> None:
    ticket = services.request_human(begin("web"))
    content = shown(page, ticket)
    assert 'id="channel"' not in content
    assert "sent-by" not in content
