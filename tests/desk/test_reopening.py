"""A customer who comes back soon gets the same ticket."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from callbacks.models import CallOutcome
from callbacks.queries import to_call
from callbacks.services import record_call
from closing.ending import Ending
from closing.models import Outcome
from conversations.models import Conversation
from conversations.store import add_customer_message
from employees.models import Employee
from satisfaction.question import rate
from tickets import services
from tickets.callback import CallbackSlot
from tickets.facts import TicketFacts
from tickets.models import Priority, Reason, Ticket, TicketState, Wish
from tickets.presentation import next_step
from tickets.priority import change_priority
from turns import leases, steps

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed(conversation: Conversation, sanne: Employee) -> Ticket:
    """A ticket that Sanne answered and closed."""
    facts = TicketFacts(
        intent="track_order",
        summary="Waar is mijn bestelling?",
        entities={"order_number": "400123456"},
        phone="+31612345678",
    )
    ticket, _ = services.open_ticket(conversation, Reason.REQUESTED, key="1", facts=facts)
    services.take_over(ticket.pk, sanne)
    services.reply(ticket.pk, sanne, "Morgen komt hij.", "a")
    return services.close(ticket.pk, sanne)


def test_the_same_ticket_goes_back_to_the_queue_with_what_was_known(
    conversation: Conversation, closed: Ticket
) -> None:
    facts = TicketFacts(entities={"postcode": "3511 AB"}, wish=Wish.CALL_BACK)
    ticket, is_new = services.open_ticket(conversation, Reason.FRUSTRATED, key="2", facts=facts)
    assert (ticket, is_new) == (closed, True)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.employee, ticket.closed_at) == (TicketState.OPEN, None, None)
    assert (ticket.intent, ticket.phone, ticket.wish) == ("track_order", "+31612345678", "call_back")
    assert ticket.summary == "Waar is mijn bestelling?"
    assert ticket.entities == {"order_number": "400123456", "postcode": "3511 AB"}
    assert (ticket.reason, ticket.priority) == (Reason.FRUSTRATED, Priority.HIGH)
    assert list(ticket.history.values_list("kind", flat=True)) == [
        "opened",
        "taken",
        "answered",
        "closed",
        "reopened",
    ]
    conversation.refresh_from_db()
    assert conversation.state == "waiting"


def test_waiting_is_counted_from_the_return(
    closed: Ticket, conversation: Conversation, sanne: Employee
) -> None:
    Ticket.objects.update(opened_at=timezone.now() - timedelta(days=2))
    ticket = services.request_human(conversation)
    assert (ticket.taken_at, ticket.answered_at) == (None, None)
    services.take_over(ticket.pk, sanne)
    entry = ticket.history.filter(kind="taken").last()
    assert entry is not None
    assert entry.detail["waited_seconds"] < 60 * 60


def test_the_customer_hears_the_same_number(closed: Ticket, conversation: Conversation) -> None:
    services.request_human(conversation)
    last = conversation.messages.last()
    assert last is not None
    assert closed.number in last.text


def test_the_same_event_reopens_once(closed: Ticket, conversation: Conversation) -> None:
    for is_new in (True, False):
        assert services.open_ticket(conversation, Reason.REQUESTED, key="2") == (closed, is_new)
    assert closed.history.filter(kind="reopened").count() == 1


def test_an_employees_priority_is_not_lowered(
    closed: Ticket, conversation: Conversation, sanne: Employee
) -> None:
    ticket = services.request_human(conversation)
    change_priority(ticket.pk, sanne, Priority.URGENT)
    services.take_over(ticket.pk, sanne)
    services.close(ticket.pk, sanne)
    assert services.request_human(conversation).priority == Priority.URGENT


def test_a_ticket_rests_after_the_set_days(closed: Ticket, conversation: Conversation) -> None:
    Ticket.objects.update(closed_at=timezone.now() - timedelta(days=7, minutes=1))
    assert services.request_human(conversation) != closed


def test_another_subject_is_another_ticket(closed: Ticket, conversation: Conversation) -> None:
    ticket, is_new = services.open_ticket(
        conversation, Reason.REQUESTED, facts=TicketFacts(intent="invoice_dispute")
    )
    assert is_new
    assert ticket != closed
    assert ticket.intent == "invoice_dispute"


def test_who_has_left_before_it_was_taken_is_not_reopened_twice(conversation: Conversation) -> None:
    first = services.request_human(conversation)
    assert services.request_human(conversation) == first
    assert not first.history.filter(kind="reopened").exists()


def called_back(conversation: Conversation, sanne: Employee, begins: datetime, *, spoken: bool) -> Ticket:
    """A ticket of a customer who was to be called from this moment on, closed."""
    facts = TicketFacts(wish=Wish.CALL_BACK, phone="+31612345678")
    ticket, _ = services.open_ticket(conversation, Reason.REQUESTED, facts=facts)
    slot = CallbackSlot(begins, begins + timedelta(hours=2))
    Ticket.objects.update(callback_from=slot.begins, callback_until=slot.ends)
    services.take_over(ticket.pk, sanne)
    if spoken:
        record_call(ticket.pk, sanne, CallOutcome.SPOKEN, "a")
    return services.close(ticket.pk, sanne)


@pytest.mark.parametrize(
    ("begins_in", "spoken"),
    [(timedelta(days=-2), False), (timedelta(days=-2), True), (timedelta(hours=1), True)],
)
def test_an_old_call_is_not_promised_again(
    conversation: Conversation, sanne: Employee, begins_in: timedelta, spoken: bool
) -> None:
    called_back(conversation, sanne, timezone.now() + begins_in, spoken=spoken)
    ticket = services.request_human(conversation)
    ticket.refresh_from_db()
    assert (ticket.wish, ticket.callback_from, ticket.callback_until) == ("", None, None)
    assert ticket.phone == "+31612345678"
    assert not to_call().exists()
    last = conversation.messages.last()
    assert last is not None
    assert "gebeld" not in last.text


def test_a_call_that_is_still_to_come_stands(conversation: Conversation, sanne: Employee) -> None:
    begins = timezone.now() + timedelta(days=1)
    called_back(conversation, sanne, begins, spoken=False)
    ticket = services.request_human(conversation)
    assert (ticket.wish, ticket.callback_from) == (Wish.CALL_BACK, begins)
    assert list(to_call()) == [ticket]


@pytest.mark.parametrize("wish", [Wish.CHAT, Wish.EMAIL])
def test_another_wish_takes_its_place(conversation: Conversation, sanne: Employee, wish: Wish) -> None:
    called_back(conversation, sanne, timezone.now() + timedelta(days=1), spoken=False)
    ticket, _ = services.open_ticket(conversation, Reason.REQUESTED, facts=TicketFacts(wish=wish))
    assert (ticket.wish, ticket.callback_from) == (wish, None)


def test_an_old_wish_for_mail_makes_nobody_wait_longer(conversation: Conversation, sanne: Employee) -> None:
    ticket, _ = services.open_ticket(conversation, Reason.REQUESTED, facts=TicketFacts(wish=Wish.EMAIL))
    assert ticket.priority == Priority.LOW
    services.take_over(ticket.pk, sanne)
    services.close(ticket.pk, sanne)
    ticket = services.request_human(conversation)
    assert (ticket.wish, ticket.priority) == ("", Priority.NORMAL)


def test_a_time_that_has_passed_is_not_said(conversation: Conversation) -> None:
    ticket, _ = services.open_ticket(conversation, Reason.REQUESTED, facts=TicketFacts(wish=Wish.CALL_BACK))
    opens = datetime.fromisoformat("2026-11-24T09:00:00+01:00")
    ticket.callback_from, ticket.callback_until = opens, opens + timedelta(hours=2)
    assert "tussen 9.00 en 11.00" in next_step(ticket, opens + timedelta(minutes=119))
    assert "zo snel mogelijk" in next_step(ticket, opens + timedelta(minutes=120))


def written(conversation: Conversation, client_id: str) -> steps.Turn | None:
    """The customer writes; what the assistant is to answer."""
    add_customer_message(conversation.pk, client_id, "Het is nog steeds niet goed.")
    lease = leases.claim(conversation.pk)
    assert lease is not None
    turn = steps.next_turn(lease)
    if turn is not None:
        leases.release(lease)
    return turn


def test_what_was_not_solved_goes_back_to_a_person_at_once(
    conversation: Conversation, sanne: Employee
) -> None:
    ticket = services.take_over(services.request_human(conversation).pk, sanne)
    services.close(ticket.pk, sanne, Ending(Outcome.NOT_SOLVED))
    assert written(conversation, "b") is None
    ticket.refresh_from_db()
    conversation.refresh_from_db()
    assert (ticket.state, conversation.state) == (TicketState.OPEN, "waiting")
    last = conversation.messages.last()
    assert last is not None
    assert f"hetzelfde ticketnummer {ticket.number}" in last.text
    assert written(conversation, "c") is None
    assert ticket.history.filter(kind="reopened").count() == 1


def test_it_still_goes_back_after_the_customer_said_how_satisfied_they_are(
    conversation: Conversation, sanne: Employee
) -> None:
    ticket = services.take_over(services.request_human(conversation).pk, sanne)
    services.close(ticket.pk, sanne, Ending(Outcome.NOT_SOLVED))
    rate(conversation.pk, ticket.number, 2, "")
    assert written(conversation, "b") is None


@pytest.mark.parametrize("outcome", [Outcome.SOLVED, Outcome.NO_ANSWER, None])
def test_otherwise_the_assistant_answers(
    conversation: Conversation, sanne: Employee, outcome: Outcome | None
) -> None:
    ticket = services.take_over(services.request_human(conversation).pk, sanne)
    services.close(ticket.pk, sanne, Ending(outcome) if outcome else None)
    assert written(conversation, "b") is not None


def test_what_was_handed_back_is_the_assistants(conversation: Conversation, sanne: Employee) -> None:
    ticket = services.take_over(services.request_human(conversation).pk, sanne)
    services.hand_back(ticket.pk, sanne, Ending(Outcome.NOT_SOLVED))
    assert written(conversation, "b") is not None
