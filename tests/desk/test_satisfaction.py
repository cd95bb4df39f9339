"""One question after a ticket was closed: asked once, never obligatory, masked, and only of who may answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from tests.desk.test_webchat_api import assert_refused
from tests.desk.web import Customer

from channels import limits
from closing.ending import Ending
from closing.models import Outcome
from conversations.models import Conversation
from employees.models import Employee
from satisfaction.models import Rating
from tickets import services
from tickets.models import HistoryKind, Reason, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(client: Client) -> Customer:
    return Customer(client)


@pytest.fixture
def ticket(customer: Customer, sanne: Employee) -> Ticket:
    """The customer's ticket, which Sanne has."""
    number = customer.human().json()["ticket"]
    ticket = Ticket.objects.with_number(number).get()
    return services.take_over(ticket.pk, sanne)


def asked(customer: Customer) -> Any:
    return customer.read().json()["satisfaction"]


def answer(customer: Customer, about: Ticket, **body: Any) -> Any:
    return customer.post("satisfaction", {"ticket": about.number, "score": 4} | body)


@pytest.mark.parametrize("end", [services.close, services.hand_back])
@pytest.mark.parametrize("outcome", list(Outcome))
def test_the_question_comes_when_an_employee_has_said_how_it_ended(
    customer: Customer, ticket: Ticket, sanne: Employee, end: Any, outcome: Outcome
) -> None:
    assert asked(customer) is None
    end(ticket.pk, sanne, Ending(outcome))
    assert asked(customer) == ticket.number


def test_an_answer_is_kept_masked_once_and_the_first_one_stands(
    customer: Customer, ticket: Ticket, sanne: Employee
) -> None:
    services.close(ticket.pk, sanne, Ending(Outcome.SOLVED))
    response = answer(customer, ticket, remark="Mijn wachtwoord is geheim123")
    assert (response.status_code, response.json()) == (201, {"ticket": ticket.number, "score": 4})
    rating = Rating.objects.get()
    assert (rating.ticket, rating.score) == (ticket, 4)
    assert "geheim123" not in rating.remark
    entry = ticket.history.get(kind=HistoryKind.RATED)
    assert (entry.employee, entry.detail) == (None, {"score": 4})
    assert asked(customer) is None
    assert_refused(answer(customer, ticket, score=1), 409, "already_rated")
    assert Rating.objects.get().score == 4


def test_no_answer_is_no_rating(customer: Customer, ticket: Ticket, sanne: Employee) -> None:
    services.close(ticket.pk, sanne, Ending(Outcome.SOLVED))
    customer.send("Bedankt")
    assert not Rating.objects.exists()
    assert asked(customer) == ticket.number


def test_only_the_latest_ticket_is_asked_about_and_none_while_a_person_is_waited_for(
    customer: Customer, ticket: Ticket, sanne: Employee
) -> None:
    services.close(ticket.pk, sanne, Ending(Outcome.SOLVED))
    second = Ticket.objects.with_number(customer.human().json()["ticket"]).get()
    assert asked(customer) is None
    services.take_over(second.pk, sanne)
    services.close(second.pk, sanne, Ending(Outcome.SOLVED))
    assert asked(customer) == second.number
    answer(customer, second)
    assert asked(customer) is None


def test_after_a_week_nothing_is_asked(customer: Customer, ticket: Ticket, sanne: Employee) -> None:
    services.close(ticket.pk, sanne, Ending(Outcome.SOLVED))
    Ticket.objects.filter(pk=ticket.pk).update(closed_at=timezone.now() - timedelta(days=7, seconds=1))
    assert asked(customer) is None
    assert_refused(answer(customer, ticket), 404, "not_found")


def test_a_ticket_that_is_open_or_another_customers_cannot_be_rated(
    customer: Customer, ticket: Ticket, sanne: Employee, client: Client
) -> None:
    assert_refused(answer(customer, ticket), 404, "not_found")
    services.close(ticket.pk, sanne, Ending(Outcome.SOLVED))
    assert_refused(answer(Customer(client), ticket), 404, "not_found")
    assert_refused(answer(customer, ticket, ticket="T-999999"), 404, "not_found")
    assert not Rating.objects.exists()


def test_on_a_channel_that_the_desk_does_not_carry_nothing_is_asked(
    customer: Customer, ticket: Ticket, sanne: Employee
) -> None:
    services.close(ticket.pk, sanne, Ending(Outcome.SOLVED))
    Conversation.objects.update(is_live=False)
    assert asked(customer) is None


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"score": None}, "missing", "score"),
        ({"score": "4"}, "wrong_type", "score"),
        ({"score": True}, "wrong_type", "score"),
        ({"score": 4.0}, "wrong_type", "score"),
        ({"score": 0}, "out_of_range", "score"),
        ({"score": 6}, "out_of_range", "score"),
        ({"score": 10**30}, "out_of_range", "score"),
        ({"ticket": None}, "missing", "ticket"),
        ({"ticket": "T" * 21}, "too_long", "ticket"),
        ({"remark": "x" * 1001}, "too_long", "remark"),
        ({"remark": 5}, "wrong_type", "remark"),
    ],
)
def test_what_is_wrong_is_refused(
    customer: Customer, ticket: Ticket, sanne: Employee, wrong: dict[str, Any], code: str, field: str
) -> None:
    services.close(ticket.pk, sanne, Ending(Outcome.SOLVED))
    assert_refused(answer(customer, ticket, **wrong), 400, code, field)
    assert asked(customer) == ticket.number


def test_answers_are_limited(
    customer: Customer, ticket: Ticket, sanne: Employee, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.close(ticket.pk, sanne, Ending(Outcome.SOLVED))
    monkeypatch.setattr(limits, "RATINGS_PER_CONVERSATION", limits.parse("1 per hour"))
    answer(customer, ticket)
    assert_refused(answer(customer, ticket), 429, "too_many_requests")


def test_the_scale_is_guarded_by_the_database(conversation: Conversation) -> None:
    ticket, _ = services.open_ticket(conversation, Reason.REQUESTED)
    for score in (0, 6):
        with pytest.raises(IntegrityError), transaction.atomic():
            Rating.objects.create(ticket=ticket, score=score)
