"""Work on a ticket from its page: what goes wrong is said there, and what was typed stays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conversations.store import add_customer_message, begin
from employees.models import Employee
from employees.roles import Role, give_roles
from notes.services import add_note
from tags.models import Tag
from tickets import services, transfer
from tickets.facts import TicketFacts
from tickets.models import Priority, Reason, Ticket, TicketState

pytestmark = pytest.mark.django_db


def a_ticket(**facts: Any) -> Ticket:
    conversation = begin("web")
    add_customer_message(conversation.pk, "a", "Waar blijft mijn koffer?")
    return services.open_ticket(conversation, Reason.REQUESTED, facts=TicketFacts(**facts))[0]


@pytest.fixture
def sanne(sanne: Employee) -> Employee:
    give_roles(sanne, [Role.EMPLOYEE])
    return sanne


@pytest.fixture
def joris(joris: Employee) -> Employee:
    give_roles(joris, [Role.SUPERVISOR])
    return joris


@pytest.fixture
def ticket(sanne: Employee) -> Ticket:
    return services.take_over(a_ticket(phone="+31612345678").pk, sanne)


class Page:
    """A ticket's page in Sanne's browser."""

    def __init__(self, client: Client, ticket: Ticket) -> None:
        self.client, self.address = client, f"/balie/tickets/{ticket.number}/"

    def text(self) -> str:
        """What it shows now."""
        return self.client.get(self.address).content.decode()

    def send(self, action: str, **fields: str) -> Any:
        """Fill in a form and send it."""
        return self.client.post(f"{self.address}{action}/", fields)

    def done(self, action: str, **fields: str) -> str:
        """Send a form that succeeds; what the next page says."""
        response = self.send(action, **fields)
        assert response.status_code == 302, response.content.decode()
        return self.client.get(response["Location"]).content.decode()


@pytest.fixture
def page(client: Client, sanne: Employee, ticket: Ticket) -> Page:
    client.force_login(sanne)
    return Page(client, ticket)


def test_a_note_is_shown_with_its_writer(page: Page) -> None:
    fields = {"note-text": "Gebeld, IBAN NL91ABNA0417164300 klopt <b>", "note-client_id": "a"}
    for _ in range(2):
        text = page.done("notities", **fields)
    assert text.count("Gebeld, IBAN [IBAN] klopt &lt;b&gt;") == 1
    assert "Notitie toegevoegd (door Sanne)" in text


@pytest.mark.parametrize("typed", ["", "   ", "x" * 4001])
def test_a_wrong_note_comes_back(page: Page, typed: str) -> None:
    response = page.send("notities", **{"note-text": typed, "note-client_id": "a"})
    text = response.content.decode()
    assert response.status_code == 422
    assert 'id="work-note" open' in text
    assert 'role="alert"' in text
    assert typed in text


def test_priority_and_tags_are_changed_and_told(page: Page, ticket: Ticket) -> None:
    Tag.objects.create(name="Bezorging")
    Tag.objects.create(name="Oud", is_offered=False)
    assert "Oud" not in page.text()
    assert ": van normaal naar spoed (door Sanne)" in page.done(
        "prioriteit", **{"priority-priority": "urgent"}
    )
    assert "Bezorging erbij" in page.done("labels", **{"tag-tag": "Bezorging"})
    tag = ticket.tags.get()
    assert "Bezorging eraf" in page.done(f"labels/{tag.pk}/weg")
    assert page.send("labels", **{"tag-tag": "Oud"}).status_code == 422
    assert page.send("prioriteit", **{"priority-priority": "nooit"}).status_code == 422


def test_a_transfer_needs_a_reason_and_tells_where_it_went(
    page: Page, ticket: Ticket, joris: Employee
) -> None:
    response = page.send("overdragen", **{"transfer-to": "joris", "transfer-reason": " "})
    assert response.status_code == 422
    assert '<option value="joris" selected>' in response.content.decode()
    text = page.done("overdragen", **{"transfer-to": "joris", "transfer-reason": "Weet hier meer van"})
    assert f"{ticket.number} is overgedragen aan Joris" in text
    text = page.text()
    assert "van Sanne naar Joris (door Sanne)" in text
    assert "Weet hier meer van" in text
    assert "work-transfer" not in text


def test_a_transfer_to_the_queue(page: Page, ticket: Ticket) -> None:
    page.done("overdragen", **{"transfer-to": "#", "transfer-reason": "Pauze"})
    ticket.refresh_from_db()
    assert (ticket.state, ticket.priority) == (TicketState.OPEN, Priority.HIGH)
    assert "van Sanne naar de wachtrij" in page.text()


def test_on_a_stale_page_a_colleague_was_first_and_the_text_stays(
    page: Page, ticket: Ticket, sanne: Employee, joris: Employee
) -> None:
    transfer.transfer_to_colleague(ticket.pk, sanne, joris, "neem over")
    until = f"{timezone.localtime() + timedelta(days=1):%Y-%m-%dT%H:%M}"
    for action, fields in {
        "overdragen": {"transfer-to": "#", "transfer-reason": "mijn reden"},
        "uitstellen": {"snooze-until": until, "snooze-reason": "mijn reden"},
    }.items():
        response = page.send(action, **fields)
        text = response.content.decode()
        assert response.status_code == 409
        assert f"{ticket.number} is van Joris" in text
        assert "mijn reden</textarea>" in text
    assert "is van Joris" in page.done("verder")


def test_what_was_closed_meanwhile_is_said(page: Page, ticket: Ticket, sanne: Employee) -> None:
    services.close(ticket.pk, sanne)
    response = page.send("prioriteit", **{"priority-priority": "urgent"})
    assert response.status_code == 409
    assert "intussen gesloten" in response.content.decode()


def test_putting_aside_and_going_on(page: Page, ticket: Ticket) -> None:
    until = timezone.localtime() + timedelta(days=1)
    fields = {"snooze-until": f"{until:%Y-%m-%dT%H:%M}", "snooze-reason": "Wacht op de leverancier"}
    assert f"{ticket.number} is uitgesteld tot" in page.done("uitstellen", **fields)
    text = page.text()
    assert "Uitgesteld tot" in text
    assert "Wacht op de leverancier" in text
    assert "Weer in behandeling, door een medewerker" in page.done("verder")


@pytest.mark.parametrize("until", ["", "morgen", "2020-01-01T10:00", "2999-01-01T10:00"])
def test_a_wrong_moment_is_told_and_the_reason_stays(page: Page, until: str) -> None:
    response = page.send("uitstellen", **{"snooze-until": until, "snooze-reason": "mijn reden"})
    text = response.content.decode()
    assert response.status_code == 422
    assert 'role="alert"' in text
    assert "mijn reden</textarea>" in text


def test_merging(page: Page, ticket: Ticket) -> None:
    same = a_ticket(phone="+31612345678")
    other = a_ticket(phone="+31687654321")
    assert same.number in page.text()
    assert other.number not in page.text()
    text = page.done("samenvoegen", **{"merge-number": same.number.lower()})
    assert "Hierbij gevoegd" in text
    assert f"Ander ticket toegevoegd: {same.number}" in text
    client = page.client
    assert "De vraag gaat verder onder" in client.get(f"/balie/tickets/{same.number}/").content.decode()
    response = page.send("samenvoegen", **{"merge-number": other.number})
    assert response.status_code == 422
    assert "Zet dan het vinkje" in response.content.decode()
    page.done("samenvoegen", **{"merge-number": other.number, "merge-is_same_customer": "on"})


def test_what_cannot_be_merged_is_told(page: Page, ticket: Ticket, joris: Employee) -> None:
    taken = services.take_over(a_ticket().pk, joris)
    closed = services.take_over(a_ticket().pk, joris)
    services.close(closed.pk, joris)
    for number, words in {
        "": "verplicht",
        "T-999999": "bestaat niet",
        ticket.number: "hetzelfde ticket",
        taken.number: "Joris heeft",
        closed.number: f"{closed.number} is intussen gesloten",
    }.items():
        response = page.send("samenvoegen", **{"merge-number": number})
        assert response.status_code in {409, 422}
        text = response.content.decode()
        assert words in text
        assert f'value="{number}"' in text or not number


def test_more_work_costs_no_more_queries(page: Page, ticket: Ticket, sanne: Employee) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            page.text()
        return len(asked)

    def work(round: int) -> None:
        for number in range(10):
            add_note(ticket.pk, sanne, f"notitie {number}", f"{round}-{number}")
            ticket.tags.add(Tag.objects.create(name=f"label {round}-{number}"))

    work(1)
    few = queries()
    work(2)
    assert queries() == few
    assert few < 40


def test_a_supervisor_gives_away_what_others_have(page: Page, ticket: Ticket, joris: Employee) -> None:
    page.client.force_login(joris)
    assert "work-transfer" in page.text()
    page.done("overdragen", **{"transfer-to": "joris", "transfer-reason": "Sanne is ziek"})
    ticket.refresh_from_db()
    assert ticket.employee == joris


def test_tags_are_a_list_that_supervisors_edit(client: Client, joris: Employee) -> None:
    client.force_login(joris)
    assert "Labels" in client.get("/balie/beheer/").content.decode()
    client.post("/balie/beheer/lijsten/labels/", {"name": "Bezorging"})
    tag = Tag.objects.get()
    client.post(f"/balie/beheer/lijsten/labels/{tag.pk}/actief/", {"actief": "0"})
    tag.refresh_from_db()
    assert not tag.is_offered
    assert client.post("/balie/beheer/lijsten/labels/", {"name": "bezorging"}).status_code == 422
