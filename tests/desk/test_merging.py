"""Two tickets of one customer become one."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import close_old_connections
from django.utils import timezone
from tests.desk.conftest import said

from callbacks.models import CallOutcome
from callbacks.queries import to_call
from callbacks.services import record_call
from conversations.store import add_customer_message, begin
from employees.models import Employee
from tags.models import Tag
from tickets import services
from tickets.facts import TicketFacts
from tickets.merge import PerhapsAnotherCustomer, SameTicket, candidates, merge
from tickets.models import Priority, Reason, Ticket, TicketState, Wish
from tickets.snooze import snooze, wake_due

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


def to_be_called(hour: int | None, **facts: object) -> Ticket:
    """A ticket of a customer who waits for a call, tomorrow at this hour or as soon as possible."""
    ticket = a_ticket(wish=Wish.CALL_BACK, phone="+31612345678", **facts)
    if hour is not None:
        begins = (timezone.localtime() + timedelta(days=1)).replace(
            hour=hour, minute=0, second=0, microsecond=0
        )
        ticket.callback_from, ticket.callback_until = begins, begins + timedelta(hours=1)
        ticket.save()
    return ticket


def test_a_call_that_was_promised_is_still_made(mine: Ticket, sanne: Employee) -> None:
    other = to_be_called(14)
    merge(mine.pk, other.pk, sanne)
    mine.refresh_from_db()
    assert (mine.wish, mine.callback_from, mine.callback_until) == (
        Wish.CALL_BACK,
        other.callback_from,
        other.callback_until,
    )
    assert list(to_call()) == [mine]


@pytest.mark.parametrize(
    ("own", "others", "kept"),
    [(11, 14, 11), (14, 11, 11), (11, None, 11), (None, 11, 11), (None, None, None)],
)
def test_of_two_promised_calls_the_earlier_is_made(
    sanne: Employee, own: int | None, others: int | None, kept: int | None
) -> None:
    ticket = services.take_over(to_be_called(own).pk, sanne)
    merge(ticket.pk, to_be_called(others).pk, sanne)
    ticket.refresh_from_db()
    assert ticket.wish == Wish.CALL_BACK
    assert (ticket.callback_from and timezone.localtime(ticket.callback_from).hour) == kept


def test_who_was_called_already_is_not_called_again(mine: Ticket, sanne: Employee) -> None:
    other = services.take_over(to_be_called(14).pk, sanne)
    record_call(other.pk, sanne, CallOutcome.SPOKEN, "a")
    mine.wish = Wish.EMAIL
    mine.save()
    merge(mine.pk, other.pk, sanne)
    mine.refresh_from_db()
    assert (mine.wish, mine.callback_from) == (Wish.EMAIL, None)


def test_the_customers_own_words_and_wish_come_along(mine: Ticket, sanne: Employee) -> None:
    other = a_ticket(phone="+31612345678", wish=Wish.EMAIL)
    other.description = "Ik wacht al drie weken."
    other.save()
    merge(mine.pk, other.pk, sanne)
    mine.refresh_from_db()
    assert (mine.description, mine.wish) == ("Ik wacht al drie weken.", Wish.EMAIL)


def test_a_ticket_that_was_put_aside_stays_so_and_what_is_added_to_another_does_not_come_back(
    mine: Ticket, sanne: Employee
) -> None:
    later = timezone.now() + timedelta(hours=2)
    other = services.take_over(a_ticket(phone="+31612345678").pk, sanne)
    snooze(mine.pk, sanne, later, "wacht op het magazijn")
    snooze(other.pk, sanne, later, "wacht op het magazijn")
    merge(mine.pk, other.pk, sanne)
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.snoozed_until, other.snoozed_until) == (later, None)
    Ticket.objects.filter(pk=mine.pk).update(snoozed_until=timezone.now())
    assert wake_due() == 1
    assert not other.history.filter(kind="woken").exists()


def test_a_customer_who_waits_is_not_put_aside_with_the_other_ticket(mine: Ticket, sanne: Employee) -> None:
    snooze(mine.pk, sanne, timezone.now() + timedelta(days=30), "wacht op het magazijn")
    merge(mine.pk, a_ticket(phone="+31612345678").pk, sanne)
    mine.refresh_from_db()
    assert mine.snoozed_until is None
    assert mine.history.get(kind="woken").detail == {"cause": "employee"}


def test_who_writes_on_in_a_merged_conversation_is_answered_and_a_new_ticket_is_offered_for_merging(
    mine: Ticket, sanne: Employee
) -> None:
    other = a_ticket()
    merge(mine.pk, other.pk, sanne, is_same_customer=True)
    add_customer_message(other.conversation_id, "a", "Hallo?")
    other.refresh_from_db()
    assert other.state == TicketState.CLOSED
    again = services.request_human(other.conversation)
    assert again != other
    assert list(candidates(again)) == [mine]
    assert merge(mine.pk, again.pk, sanne) == mine
    assert set(mine.merged.all()) == {other, again}


def test_a_ticket_can_be_merged_on(mine: Ticket, sanne: Employee) -> None:
    first, second = a_ticket(phone="+31612345678"), a_ticket(phone="+31612345678")
    merge(mine.pk, first.pk, sanne)
    second = services.take_over(second.pk, sanne)
    merge(second.pk, mine.pk, sanne)
    mine.refresh_from_db()
    assert (mine.state, mine.merged_into) == (TicketState.CLOSED, second)


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
