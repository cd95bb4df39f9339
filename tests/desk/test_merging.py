"""Two tickets of one customer become one."""

from __future__ import annotations

import threading

import pytest
from django.db import close_old_connections
from tests.desk.conftest import said

from conversations.store import begin
from employees.models import Employee
from tags.models import Tag
from tickets import services
from tickets.facts import TicketFacts
from tickets.merge import PerhapsAnotherCustomer, SameTicket, candidates, merge
from tickets.models import Priority, Reason, Ticket, TicketState

pytestmark = pytest.mark.django_db


def a_ticket(reason: Reason = Reason.REQUESTED, **facts: object) -> Ticket:
    return services.open_ticket(begin("web"), reason, facts=TicketFacts(**facts))[0]  # type: ignore[arg-type]


@pytest.fixture
def mine(sanne: Employee) -> Ticket:
    return services.take_over(a_ticket(phone="+31612345678", entities={"a": "1"}).pk, sanne)


def test_one_goes_on_and_the_other_refers_to_it(mine: Ticket, sanne: Employee) -> None:
    other = a_ticket(
        Reason.VULNERABLE, phone="+31612345678", email="an@example.org", entities={"a": "2", "b": "3"}
    )
    other.tags.add(Tag.objects.create(name="Bezorging"))
    merge(mine.pk, other.pk, sanne)
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.state, mine.priority, mine.email) == (
        TicketState.ASSIGNED,
        Priority.URGENT,
        "an@example.org",
    )
    assert mine.entities == {"a": "1", "b": "3"}
    assert [tag.name for tag in mine.tags.all()] == ["Bezorging"]
    assert (other.state, other.merged_into) == (TicketState.CLOSED, mine)
    assert mine.history.get(kind="merged").detail == {"ticket": other.number}
    assert other.history.get(kind="merged_into").detail == {"ticket": mine.number}
    other.conversation.refresh_from_db()
    assert other.conversation.state == "closed"
    assert f"verder onder ticket {mine.number}" in said(other.conversation)[-1].text
    assert said(mine.conversation)[-1].text.startswith("U praat nu met Sanne")


def test_a_merged_ticket_is_not_opened_again(mine: Ticket, sanne: Employee) -> None:
    other = a_ticket(phone="+31612345678")
    merge(mine.pk, other.pk, sanne)
    assert services.request_human(other.conversation) != other


def test_doing_it_twice_is_told(mine: Ticket, sanne: Employee) -> None:
    other = a_ticket(phone="+31612345678")
    merge(mine.pk, other.pk, sanne)
    with pytest.raises(services.TicketActionRefused) as refused:
        merge(mine.pk, other.pk, sanne)
    assert refused.value.ticket.merged_into == mine


def test_another_customer_is_merged_only_when_the_employee_says_so(mine: Ticket, sanne: Employee) -> None:
    other = a_ticket(phone="+31687654321")
    with pytest.raises(PerhapsAnotherCustomer):
        merge(mine.pk, other.pk, sanne)
    other.refresh_from_db()
    assert other.state == TicketState.OPEN
    assert merge(mine.pk, other.pk, sanne, is_same_customer=True).phone == "+31612345678"


def test_ones_own_only_and_not_a_colleagues(mine: Ticket, sanne: Employee, joris: Employee) -> None:
    other = a_ticket(phone="+31612345678")
    with pytest.raises(SameTicket):
        merge(mine.pk, mine.pk, sanne)
    with pytest.raises(services.NotYours):
        merge(other.pk, mine.pk, sanne)
    services.take_over(other.pk, joris)
    with pytest.raises(services.AlreadyTaken):
        merge(mine.pk, other.pk, sanne)


def test_tickets_of_the_same_customer_are_offered(mine: Ticket) -> None:
    same, proven = a_ticket(phone="+31612345678"), a_ticket(verified={"order_number": "400123456"})
    a_ticket(phone="+31687654321")
    assert list(candidates(mine)) == [same]
    mine.verified = {"order_number": "400123456"}
    assert list(candidates(mine)) == [same, proven]
    assert list(candidates(a_ticket())) == []


@pytest.mark.django_db(transaction=True)
def test_two_employees_who_merge_crosswise_do_not_wait_for_ever() -> None:
    sanne = Employee.objects.create_user("sanne")
    pair = [services.take_over(a_ticket(phone="+31612345678").pk, sanne).pk for _ in range(2)]
    together, outcomes = threading.Barrier(2), []

    def run(one: int, other: int) -> None:
        together.wait()
        try:
            merge(one, other, sanne)
            outcomes.append("merged")
        except services.TicketActionRefused:
            outcomes.append("refused")
        finally:
            close_old_connections()

    threads = [threading.Thread(target=run, args=pair), threading.Thread(target=run, args=pair[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["merged", "refused"]
