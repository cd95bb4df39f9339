"""Weekly feedback to the organisation (R40): avoidable contact, its causes, owners and what customers said."""

from __future__ import annotations

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.desk.figures_support import Case
from tests.desk.test_figures import LATER, MONDAY

from closing.models import Cause, Outcome
from employees.models import Employee
from employees.roles import Role, give_roles
from feedback.report import anonymous, feedback_of
from feedback.week import parse_week, week_of, word_for
from figures import collect
from figures.period import Period

pytestmark = pytest.mark.django_db
WEEK = Period(date(2026, 11, 23), date(2026, 11, 29))


def closed(topic: str, cause: str | None = None, text: str = "", day: str = MONDAY) -> Case:
    case = Case(f"{day}T10:00", intent=topic)
    if text:
        case.wrote(f"{day}T09:50")
        case.conversation.messages.filter(sender="customer").update(text=text)
    found = Cause.objects.get(name=cause) if cause else None
    return case.taken(f"{day}T10:01").closed(f"{day}T11:00", Outcome.SOLVED, found)


@pytest.fixture
def a_week() -> None:
    """`track_order` is tagged `eliminate` in `domain.yml`, `return_policy` is `automate`."""
    closed(
        "track_order",
        "Belofte niet nagekomen",
        "Waar blijft mijn bestelling 400123456? Mail jan@voorbeeld.nl",
    )
    closed("track_order", "Belofte niet nagekomen")
    closed("track_order", "Bezorging")
    closed("track_order", day="2026-11-16")
    for _ in range(4):
        closed("return_policy")
    closed("")
    collect.collect(5, LATER)


def test_what_can_be_avoided_comes_first_with_causes_and_owner(a_week: None) -> None:
    avoidable, other, unknown = feedback_of(WEEK)
    assert (avoidable.topic, avoidable.purpose, avoidable.is_avoidable) == ("track_order", "eliminate", True)
    assert avoidable.causes == [("Belofte niet nagekomen", 2), ("Bezorging", 1)]
    assert (avoidable.closed, avoidable.closed_before) == (3, 1)
    assert (other.topic, other.is_avoidable, other.closed) == ("return_policy", False, 4)
    assert other.owner
    assert (unknown.topic, unknown.purpose, unknown.owner) == ("", "", "")


def test_examples_are_what_the_customer_asked_without_numbers_and_addresses(a_week: None) -> None:
    assert feedback_of(WEEK)[0].examples == ["Waar blijft mijn bestelling […]? Mail [e-mailadres]"]


def test_the_question_that_the_customer_wrote_for_the_ticket_is_the_example() -> None:
    case = closed("track_order", text="Dit is een heel lang bericht van de klant")
    type(case.ticket).objects.filter(pk=case.ticket.pk).update(description="Pakket kwijt")
    for number in range(4):
        closed("track_order", text=f"Pakket {'weg' * (number + 1)}")
    collect.collect(1, LATER)
    examples = feedback_of(WEEK)[0].examples
    assert len(examples) == 3
    assert "Dit is een heel lang bericht van de klant" not in examples


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("bel 06 12 34 56 78 of 06-12345678", "bel […] of […]"),
        ("ik woon op 3511 AB nr 12", "ik woon op […] nr […]"),
        ("BSN 123456782", "BSN [BSN]"),
        ("rekening NL91ABNA0417164300", "rekening [IBAN]"),
        ("regel\n\ntwee", "regel twee"),
        ("a" * 300, "a" * 200),
    ],
)
def test_personal_numbers_are_taken_out(text: str, shown: str) -> None:
    assert anonymous(text) == shown


def test_the_number_of_queries_does_not_grow(a_week: None) -> None:
    with CaptureQueriesContext(connection) as queries:
        feedback_of(WEEK)
    assert len(queries) == 3


def test_the_page_is_in_dutch_and_keeps_a_week_that_is_none(
    a_week: None, client: Client, sanne: Employee
) -> None:
    give_roles(sanne, [Role.SUPERVISOR])
    client.force_login(sanne)
    html = client.get("/balie/cijfers/te-voorkomen/?week=2026-W48").content.decode()
    assert "oorzaak wegnemen" in html
    assert "23 november tot en met 29 november 2026" in html
    assert '?week=2026-W47"' in html
    for wrong in ("vorige", "2026-W54", "2026-48", "0000-W01", "9999-W52"):
        response = client.get("/balie/cijfers/te-voorkomen/", {"week": wrong})
        assert response.status_code == 422
        assert f'value="{wrong}"' in response.content.decode()
    assert client.get("/balie/cijfers/te-voorkomen/").status_code == 200


def test_the_command_prints_the_same(a_week: None) -> None:
    printed = StringIO()
    call_command("weekly_feedback", "--week", "2026-W48", stdout=printed)
    text = printed.getvalue()
    assert "week 2026-W48 (23 november tot en met 29 november 2026)" in text
    assert "3 keer (week ervoor 1); oorzaak wegnemen" in text
    assert "2 × Belofte niet nagekomen" in text
    with pytest.raises(CommandError, match="2026-W48"):
        call_command("weekly_feedback", "--week", "gisteren")


@pytest.mark.parametrize(
    ("word", "first"), [("2026-W01", "2025-12-29"), ("2026-W53", "2026-12-28"), ("2026-W48", "2026-11-23")]
)
def test_weeks_are_those_of_the_calendar(word: str, first: str) -> None:
    week = parse_week(word)
    assert (str(week.first), week.days, word_for(week)) == (first, 7, word)
    assert week_of(week.last) == week
