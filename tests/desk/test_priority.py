"""How soon a ticket must be helped."""

from __future__ import annotations

import pytest

from conversations.models import Conversation
from conversations.store import begin
from employees.models import Employee
from tickets import services
from tickets.details import Details, add_details
from tickets.facts import TicketFacts
from tickets.models import Priority, Reason, Ticket, Wish
from tickets.priority import change_priority

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("reason", "facts", "priority"),
    [
        (Reason.REQUESTED, TicketFacts(), Priority.NORMAL),
        (Reason.REQUESTED, TicketFacts(wish=Wish.CALL_BACK), Priority.NORMAL),
        (Reason.REQUESTED, TicketFacts(wish=Wish.EMAIL), Priority.LOW),
        (Reason.FRUSTRATED, TicketFacts(wish=Wish.EMAIL), Priority.HIGH),
        (Reason.VULNERABLE, TicketFacts(wish=Wish.EMAIL), Priority.URGENT),
        (Reason.REQUESTED, TicketFacts(intent="emergency"), Priority.URGENT),
    ],
)
def test_reason_and_wish_give_the_first_priority(
    conversation: Conversation, reason: Reason, facts: TicketFacts, priority: Priority
) -> None:
    ticket, _ = services.open_ticket(conversation, reason, facts=facts)
    assert ticket.priority == priority


def test_an_employee_changes_it_and_the_history_says_from_what_to_what(
    conversation: Conversation, sanne: Employee
) -> None:
    ticket = services.request_human(conversation)
    for _ in range(2):
        assert change_priority(ticket.pk, sanne, Priority.URGENT).priority == Priority.URGENT
    entry = ticket.history.get(kind="priority_changed")
    assert (entry.employee, entry.detail) == (sanne, {"from": "normal", "to": "urgent"})


def test_a_closed_ticket_keeps_its_priority(conversation: Conversation, sanne: Employee) -> None:
    ticket = services.take_over(services.request_human(conversation).pk, sanne)
    services.close(ticket.pk, sanne)
    with pytest.raises(services.TicketActionRefused):
        change_priority(ticket.pk, sanne, Priority.LOW)


def test_a_later_wish_counts_unless_an_employee_has_decided(sanne: Employee) -> None:
    untouched, decided = (services.request_human(begin("web")) for _ in range(2))
    change_priority(decided.pk, sanne, Priority.HIGH)
    for ticket, priority in ((untouched, Priority.LOW), (decided, Priority.HIGH)):
        assert add_details(ticket.pk, Details(wish=Wish.EMAIL)).priority == priority


def test_the_queue_goes_by_priority_and_then_by_waiting_time(sanne: Employee) -> None:
    first, second, third, fourth = (services.request_human(begin("web")) for _ in range(4))
    change_priority(third.pk, sanne, Priority.HIGH)
    change_priority(first.pk, sanne, Priority.LOW)
    assert list(Ticket.objects.waiting().in_queue_order()) == [third, second, fourth, first]
