"""Ending a ticket: the outcome is asked, the cause and a remark may be given, nothing that was typed is lost."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError
from django.db.models import ProtectedError
from django.test import Client
from tests.desk.test_console import address, waiting_ticket

from closing.ending import Ending
from closing.models import Cause, Closing, Outcome
from employees.models import Employee
from employees.roles import Role, give_roles
from tickets import services
from tickets.models import HistoryKind, Ticket


@pytest.fixture
def console(client: Client, sanne: Employee) -> Client:
    sanne.user_permissions.add(Permission.objects.get(codename="change_ticket"))
    client.force_login(sanne)
    return client


@pytest.fixture
def ticket(sanne: Employee) -> Ticket:
    return services.take_over(waiting_ticket().pk, sanne)


@pytest.fixture
def cause(db: None) -> Cause:
    return Cause.objects.get(name="Bezorging")


def test_a_new_desk_has_causes(db: None) -> None:
    assert "Belofte niet nagekomen" in Cause.objects.offered().values_list("name", flat=True)


def test_the_page_asks_and_chooses_nothing_beforehand(console: Client, ticket: Ticket, cause: Cause) -> None:
    page = console.get(address(ticket, "sluiten/"))
    html = page.content.decode()
    assert "checked" not in html
    assert "selected" not in html
    assert html.index("Opgelost") < html.index("Niet opgelost") < html.index("Doorverwezen")
    assert cause.name in html
    assert "no-store" in page["Cache-Control"]


def test_closing_stores_outcome_cause_and_masked_remark(
    console: Client, ticket: Ticket, cause: Cause, sanne: Employee
) -> None:
    said = {"outcome": "referred", "cause": str(cause.pk), "remark": "Terug op NL91ABNA0417164300"}
    response = console.post(address(ticket, "sluiten/"), said)
    assert response["Location"] == "/balie/"
    closing = Closing.objects.get(ticket=ticket)
    assert (closing.outcome, closing.cause, closing.remark) == ("referred", cause, "Terug op [IBAN]")
    ticket.refresh_from_db()
    assert (ticket.state, ticket.closed_at) == ("closed", closing.at)
    entry = ticket.history.get(kind=HistoryKind.CLOSED)
    assert (entry.employee, entry.detail) == (sanne, {"outcome": "referred", "cause": "Bezorging"})


def test_the_cause_and_the_remark_may_be_left_out(console: Client, ticket: Ticket) -> None:
    console.post(address(ticket, "sluiten/"), {"outcome": "solved", "cause": "", "remark": ""})
    closing = Closing.objects.get(ticket=ticket)
    assert (closing.outcome, closing.cause, closing.remark) == ("solved", None, "")
    assert ticket.history.get(kind=HistoryKind.CLOSED).detail == {"outcome": "solved"}


def test_handing_back_asks_the_outcome_only(console: Client, ticket: Ticket) -> None:
    page = console.get(address(ticket, "teruggeven/")).content.decode()
    assert 'name="outcome"' in page
    assert 'name="cause"' not in page
    console.post(address(ticket, "teruggeven/"), {"outcome": "not_solved"})
    assert Closing.objects.get(ticket=ticket).outcome == Outcome.NOT_SOLVED
    assert ticket.history.get(kind=HistoryKind.HANDED_BACK).detail == {"outcome": "not_solved"}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"outcome": ""}, "Kies hoe het afliep."),
        ({"outcome": "won"}, "Kies hoe het afliep."),
        ({"outcome": "solved", "cause": "999999"}, "Deze oorzaak bestaat niet meer."),
        ({"outcome": "solved", "remark": "x" * 1001}, "Uw tekst staat nog hierboven."),
    ],
)
def test_a_mistake_is_said_in_dutch_and_what_was_typed_stays(
    console: Client, ticket: Ticket, cause: Cause, wrong: dict[str, str], words: str
) -> None:
    typed = {"cause": str(cause.pk), "remark": "Klant belt zelf terug", **wrong}
    response = console.post(address(ticket, "sluiten/"), typed)
    html = response.content.decode()
    assert response.status_code == 422
    assert words in html
    assert typed["remark"] in html
    assert ("checked" in html) == (wrong["outcome"] == "solved")
    assert (f'value="{cause.pk}" selected' in html) == ("cause" not in wrong)
    ticket.refresh_from_db()
    assert ticket.state == "assigned"
    assert not Closing.objects.exists()


def test_a_ticket_that_a_colleague_closed_keeps_what_was_typed(
    console: Client, ticket: Ticket, sanne: Employee
) -> None:
    services.close(ticket.pk, sanne, Ending(Outcome.SOLVED))
    said = {"outcome": "not_solved", "remark": "Hij belt morgen"}
    response = console.post(address(ticket, "sluiten/"), said)
    assert response.status_code == 409
    assert "is intussen gesloten" in response.content.decode()
    assert "Hij belt morgen" in response.content.decode()
    assert [closing.outcome for closing in ticket.closings.all()] == ["solved"]
    assert console.get(address(ticket, "sluiten/"))["Location"] == address(ticket)


def test_a_cause_that_is_no_longer_offered_cannot_be_chosen_and_stays_with_old_tickets(
    console: Client, ticket: Ticket, cause: Cause, sanne: Employee
) -> None:
    services.close(ticket.pk, sanne, Ending(Outcome.SOLVED, cause))
    Cause.objects.filter(pk=cause.pk).update(is_active=False)
    other = services.take_over(waiting_ticket("Nog iets").pk, sanne)
    assert cause.name not in console.get(address(other, "sluiten/")).content.decode()
    refused = console.post(address(other, "sluiten/"), {"outcome": "solved", "cause": str(cause.pk)})
    assert refused.status_code == 422
    assert ticket.closings.get().cause == cause
    with pytest.raises(ProtectedError):
        cause.delete()


def test_two_causes_never_have_one_name(db: None, cause: Cause) -> None:
    with pytest.raises(IntegrityError):
        Cause.objects.create(name=cause.name)


def test_a_supervisor_edits_the_causes_and_cannot_make_one_twice(client: Client, joris: Employee) -> None:
    give_roles(joris, [Role.SUPERVISOR])
    client.force_login(joris)
    page = client.post("/balie/beheer/lijsten/oorzaken/", {"name": "Wachttijd"}, follow=True)
    assert "Wachttijd" in page.content.decode()
    assert Cause.objects.get(name="Wachttijd").is_active
    refused = client.post("/balie/beheer/lijsten/oorzaken/", {"name": "Wachttijd"})
    assert refused.status_code == 422
    assert 'value="Wachttijd"' in refused.content.decode()
