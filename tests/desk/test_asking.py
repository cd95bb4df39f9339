"""The human button of a page while an employee has the ticket already."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.desk.conftest import said
from tests.desk.web import Customer

from conversations.models import Conversation, Sender
from employees.models import Employee
from tickets.models import Ticket, TicketState
from tickets.services import close, reply, take_over
from tickets.snooze import snooze
from turns import leases, steps

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(client: Client) -> Customer:
    return Customer(client)


@pytest.fixture
def ticket(customer: Customer, sanne: Employee) -> Ticket:
    customer.human()
    return take_over(Ticket.objects.get().pk, sanne)


def turn(ticket: Ticket) -> steps.Turn | None:
    """The next thing that the assistant must answer."""
    lease = leases.claim(ticket.conversation_id)
    assert lease is not None
    return steps.next_turn(lease)


def asked(ticket: Ticket) -> list[str]:
    return [message.text for message in said(ticket.conversation, sender=Sender.CUSTOMER)]


def test_it_wakes_a_ticket_that_was_put_aside(customer: Customer, ticket: Ticket, sanne: Employee) -> None:
    snooze(ticket.pk, sanne, timezone.now() + timedelta(days=90), "wacht op de leverancier")
    assert customer.human().json() == {"ticket": ticket.number}
    assert turn(ticket) is None
    ticket.refresh_from_db()
    assert ticket.snoozed_until is None
    assert ticket.history.get(kind="woken").detail == {"cause": "customer"}
    assert asked(ticket) == ["Medewerker"]


def test_the_employee_sees_it_once_until_something_else_is_said(
    customer: Customer, ticket: Ticket, sanne: Employee
) -> None:
    for _ in range(3):
        assert customer.human().json() == {"ticket": ticket.number}
    assert asked(ticket) == ["Medewerker"]
    reply(ticket.pk, sanne, "Ik ben er.", "a")
    customer.human()
    assert asked(ticket) == ["Medewerker", "Medewerker"]


def test_put_aside_once_more_it_is_woken_once_more(
    customer: Customer, ticket: Ticket, sanne: Employee
) -> None:
    for _ in range(2):
        snooze(ticket.pk, sanne, timezone.now() + timedelta(days=2), "wacht op de leverancier")
        customer.human()
        assert turn(ticket) is None
        ticket.refresh_from_db()
        assert ticket.snoozed_until is None


def test_while_nobody_has_the_ticket_nothing_is_added(customer: Customer) -> None:
    customer.human()
    customer.human()
    assert asked(Ticket.objects.get()) == []


def test_who_asks_while_the_employee_closes_is_not_left_alone(
    customer: Customer, ticket: Ticket, sanne: Employee
) -> None:
    customer.human()
    close(ticket.pk, sanne)
    found = turn(ticket)
    assert found is not None
    assert found.question.text == "/talk_to_human"


def test_an_english_customer_asks_in_english(client: Client, sanne: Employee) -> None:
    customer = Customer(client)
    Conversation.objects.update(language="en")
    customer.human()
    ticket = take_over(Ticket.objects.get().pk, sanne)
    customer.human()
    assert asked(ticket) == ["Talk to a person"]
    assert ticket.state == TicketState.ASSIGNED
