"""A ticket goes to a colleague or back to the queue."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone
from tests.desk.conftest import said

from conversations.models import Conversation
from employees.models import Employee
from tickets import services
from tickets.models import Priority, Ticket, TicketState
from tickets.snooze import snooze
from tickets.transfer import CannotReceive, transfer_to_colleague, transfer_to_queue

pytestmark = pytest.mark.django_db


def allow(employee: Employee, *names: str) -> Employee:
    employee.user_permissions.add(*Permission.objects.filter(codename__in=names))
    return Employee.objects.get(pk=employee.pk)


@pytest.fixture
def joris(joris: Employee) -> Employee:
    return allow(joris, "change_ticket")


@pytest.fixture
def ticket(conversation: Conversation, sanne: Employee) -> Ticket:
    return services.take_over(services.request_human(conversation).pk, sanne)


def test_a_colleague_gets_it_and_the_customer_hears_that(
    conversation: Conversation, ticket: Ticket, sanne: Employee, joris: Employee
) -> None:
    transferred = transfer_to_colleague(ticket.pk, sanne, joris, "Weet meer van IBAN NL91ABNA0417164300")
    assert (transferred.state, transferred.employee) == (TicketState.ASSIGNED, joris)
    words = said(conversation)[-1].text
    assert "Sanne draagt uw vraag over aan Joris" in words
    assert "niets opnieuw te vertellen" in words
    note = ticket.notes.get()
    assert (note.kind, note.text, note.employee) == ("transfer", "Weet meer van IBAN [IBAN]", sanne)
    assert ticket.history.get(kind="transferred").detail == {"from": "Sanne", "to": "Joris"}
    conversation.refresh_from_db()
    assert conversation.state == "with_employee"
    services.reply(ticket.pk, joris, "Goedemorgen", "a")
    with pytest.raises(services.NotYours):
        services.reply(ticket.pk, sanne, "Goedemorgen", "b")


def test_the_queue_gets_it_before_new_customers(
    conversation: Conversation, ticket: Ticket, sanne: Employee
) -> None:
    transferred = transfer_to_queue(ticket.pk, sanne, "Ik ga met pauze")
    assert (transferred.state, transferred.employee) == (TicketState.OPEN, None)
    assert (transferred.priority, transferred.taken_at) == (Priority.HIGH, None)
    conversation.refresh_from_db()
    assert conversation.state == "waiting"
    assert "Sanne zoekt een collega" in said(conversation)[-1].text
    assert ticket.history.get(kind="transferred").detail == {"from": "Sanne", "to": None}


@pytest.mark.parametrize("reason", ["", "  ", "x" * 4001])
def test_without_a_reason_nothing_happens(
    ticket: Ticket, sanne: Employee, joris: Employee, reason: str
) -> None:
    with pytest.raises(ValueError, match="empty or too long"):
        transfer_to_colleague(ticket.pk, sanne, joris, reason)
    with pytest.raises(ValueError, match="empty or too long"):
        transfer_to_queue(ticket.pk, sanne, reason)
    ticket.refresh_from_db()
    assert ticket.employee == sanne


def test_only_who_can_help_gets_it(ticket: Ticket, sanne: Employee, joris: Employee) -> None:
    intern = Employee.objects.create_user("stagiair")
    gone = allow(Employee.objects.create_user("weg", is_active=False), "change_ticket")
    for colleague in (intern, gone, sanne):
        with pytest.raises(CannotReceive):
            transfer_to_colleague(ticket.pk, sanne, colleague, "vakantie")


def test_a_colleagues_ticket_is_given_away_by_supervisors_only(
    ticket: Ticket, sanne: Employee, joris: Employee
) -> None:
    with pytest.raises(services.NotYours):
        transfer_to_colleague(ticket.pk, joris, joris, "neem over")
    supervisor = allow(joris, "supervise")
    assert transfer_to_colleague(ticket.pk, supervisor, supervisor, "Sanne is ziek").employee == supervisor


def test_a_ticket_that_nobody_has_is_taken_and_not_transferred(
    conversation: Conversation, sanne: Employee, joris: Employee
) -> None:
    ticket = services.request_human(conversation)
    for employee in (sanne, allow(joris, "supervise")):
        with pytest.raises(services.NotYours):
            transfer_to_queue(ticket.pk, employee, "terug")


@pytest.mark.parametrize("to_colleague", [True, False])
def test_what_was_put_aside_comes_back_for_who_gets_it(
    ticket: Ticket, sanne: Employee, joris: Employee, to_colleague: bool
) -> None:
    snooze(ticket.pk, sanne, timezone.now() + timedelta(hours=2), "Wacht op het magazijn")
    if to_colleague:
        transfer_to_colleague(ticket.pk, sanne, joris, "Ik ben morgen vrij")
    else:
        transfer_to_queue(ticket.pk, sanne, "Ik ben morgen vrij")
    ticket.refresh_from_db()
    assert ticket.snoozed_until is None
    assert ticket in Ticket.objects.not_closed().awake()
    assert ticket.history.get(kind="woken").detail == {"cause": "employee"}
