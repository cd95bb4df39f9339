"""Replies that employees have ready: making them, filling them in, and never sending a gap."""

from __future__ import annotations

import pytest
from auditlog.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import IntegrityError, transaction
from django.test import Client

from canned.models import CannedReply
from canned.placeholders import NAMES, fill, left_in, unknown_in
from conversations.models import Conversation, Sender
from employees.models import Employee
from tickets.models import Ticket
from tickets.services import request_human, take_over

LIST = "/balie/beheer/snelteksten/"


@pytest.fixture
def ticket(conversation: Conversation, sanne: Employee) -> Ticket:
    return take_over(request_human(conversation).pk, sanne)


def permit(employee: Employee, codename: str) -> None:
    employee.user_permissions.add(Permission.objects.get(codename=codename))


@pytest.fixture
def supervisor(page: Client, sanne: Employee) -> Client:
    permit(sanne, "supervise")
    return page


# --- Placeholders ---------------------------------------------------------------------------------------------------


def test_what_is_known_is_put_in(ticket: Ticket, sanne: Employee) -> None:
    ticket.entities = {"name": "mevrouw Bakker", "order_number": "400123456"}
    filled = fill("Beste {klant}, {medewerker} zoekt {bestelnummer} uit ({ticketnummer}).", ticket, sanne)
    assert filled.text == f"Beste mevrouw Bakker, Sanne zoekt 400123456 uit ({ticket.number})."
    assert filled.missing == ()


def test_what_is_not_known_is_left_to_fill_in(ticket: Ticket, sanne: Employee) -> None:
    filled = fill("Beste {klant}, dag {klant} van {medewerker}", ticket, sanne)
    assert (filled.text, filled.missing) == ("Beste {klant}, dag {klant} van Sanne", ("klant",))


@pytest.mark.parametrize("name", sorted({*NAMES} - {"klant", "bestelnummer", "website"}))
def test_what_the_desk_knows_always_have_a_value(ticket: Ticket, sanne: Employee, name: str) -> None:
    assert fill(f"{{{name}}}", ticket, sanne).missing == ()


def test_opening_hours_take_equal_days_together(ticket: Ticket, sanne: Employee) -> None:
    words = fill("{openingstijden}", ticket, sanne).text
    assert words.startswith("maandag")
    assert "zondag gesloten" in words
    assert words.count("uur") < 7


def test_values_are_put_in_once(ticket: Ticket, sanne: Employee) -> None:
    ticket.entities = {"name": "{medewerker}"}
    assert fill("{klant}", ticket, sanne).text == "{medewerker}"


def test_braces_that_are_no_placeholder_are_text() -> None:
    assert left_in('stuur {"a": 1} en {klant}') == ["klant"]
    assert unknown_in("{klant} {klnat} {openingstijden} {klnat}") == ["klnat"]


# --- Choosing -------------------------------------------------------------------------------------------------------


def offered(page: Client, ticket: Ticket, query: str = "") -> str:
    return page.get(f"/balie/tickets/{ticket.number}/snelteksten/", {"q": query}).content.decode()


def test_each_word_must_be_in_title_or_text(page: Client, ticket: Ticket) -> None:
    CannedReply.objects.create(title="Retour aanmelden", text="Zo stuurt u iets terug.")
    CannedReply.objects.create(title="Adres wijzigen", text="Zo wijzigt u uw adres.")
    assert "Retour" in offered(page, ticket, "TERUG retour")
    assert "Adres" not in offered(page, ticket, "TERUG retour")
    assert offered(page, ticket).count('role="option"') == 2


def test_a_colleagues_own_reply_is_not_offered(
    page: Client, ticket: Ticket, sanne: Employee, joris: Employee
) -> None:
    CannedReply.objects.create(title="Van Joris", text="x", owner=joris)
    CannedReply.objects.create(title="Van Sanne", text="x", owner=sanne)
    assert "Van Sanne" in offered(page, ticket)
    assert "Van Joris" not in offered(page, ticket)


def test_text_cannot_become_code(page: Client, ticket: Ticket) -> None:
    CannedReply.objects.create(title="<b>vet</b>", text='"><script>')
    assert "<b>vet" not in offered(page, ticket)
    assert "<script>" not in offered(page, ticket)


@pytest.mark.parametrize("text", ["Beste {klant}, dank u.", "Zie {e-mailadres van de klant}"])
def test_a_gap_is_never_sent(page: Client, ticket: Ticket, text: str) -> None:
    answer = page.post(f"/balie/tickets/{ticket.number}/antwoorden/", {"text": text, "client_id": "a"})
    assert answer.status_code == 422
    assert "Vul eerst nog in" in answer.content.decode()
    assert text in answer.content.decode()
    assert not ticket.conversation.messages.filter(sender=Sender.EMPLOYEE).exists()


def test_other_braces_are_sent(page: Client, ticket: Ticket) -> None:
    page.post(f"/balie/tickets/{ticket.number}/antwoorden/", {"text": "Typ {code} hier", "client_id": "a"})
    assert ticket.conversation.messages.get(sender=Sender.EMPLOYEE).text == "Typ {code} hier"


# --- Editing --------------------------------------------------------------------------------------------------------


def test_an_employee_makes_replies_of_her_own(page: Client, sanne: Employee) -> None:
    page.post(f"{LIST}nieuw/", {"title": " Groet ", "text": "Dag {klant}", "is_shared": "on"})
    reply = CannedReply.objects.get()
    assert (reply.owner, reply.title, reply.text) == (sanne, "Groet", "Dag {klant}")
    page.post(f"{LIST}{reply.pk}/", {"title": "Groet", "text": "Goedendag {klant}"})
    reply.refresh_from_db()
    assert reply.text == "Goedendag {klant}"
    page.post(f"{LIST}{reply.pk}/verwijderen/")
    assert not CannedReply.objects.exists()


def test_who_may_share_makes_replies_for_everybody(supervisor: Client) -> None:
    supervisor.post(f"{LIST}nieuw/", {"title": "Groet", "text": "Dag", "is_shared": "on"})
    assert CannedReply.objects.get().owner is None


@pytest.mark.parametrize("path", ["", "verwijderen/"])
def test_what_everybody_uses_is_changed_by_supervisors_only(page: Client, path: str) -> None:
    shared = CannedReply.objects.create(title="Groet", text="Dag")
    answer = page.post(f"{LIST}{shared.pk}/{path}", {"title": "Anders", "text": "Anders"})
    assert answer.status_code == 403
    shared.refresh_from_db()
    assert shared.title == "Groet"


def test_a_colleagues_own_reply_does_not_exist_for_others(supervisor: Client, joris: Employee) -> None:
    reply = CannedReply.objects.create(title="Groet", text="Dag", owner=joris)
    assert supervisor.get(f"{LIST}{reply.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": "Groet", "text": "Dag {klnat}"}, "Dit invulwoord bestaat niet: {klnat}"),
        ({"title": " ", "text": "Dag"}, "Vul een titel in"),
        ({"title": "Groet", "text": " "}, "Vul een tekst in"),
        ({"title": "Bestaat", "text": "Dag"}, "Er is al een sneltekst met deze titel"),
        ({"title": "x" * 81, "text": "Dag"}, "80"),
        ({"title": "Groet", "text": "x" * 2001}, "2000"),
    ],
)
def test_what_cannot_be_saved_is_told_and_kept(
    page: Client, sanne: Employee, fields: dict[str, str], sentence: str
) -> None:
    CannedReply.objects.create(title="Bestaat", text="x", owner=sanne)
    answer = page.post(f"{LIST}nieuw/", fields)
    content = answer.content.decode()
    assert (answer.status_code, CannedReply.objects.count()) == (422, 1)
    assert sentence in content
    assert fields["text"] in content


def test_one_shared_reply_per_title(db: None) -> None:
    CannedReply.objects.create(title="Groet", text="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        CannedReply.objects.create(title="Groet", text="y")


def test_only_employees_see_the_list(client: Client, joris: Employee) -> None:
    assert client.get(LIST).status_code == 302
    client.force_login(joris)
    assert client.get(LIST).status_code == 403


def test_changes_stand_in_the_audit_log(sanne: Employee) -> None:
    reply = CannedReply.objects.create(title="Groet", text="Dag {klant}.")
    reply.text = "Goedendag {klant}."
    reply.save()
    reply.delete()
    logged = LogEntry.objects.filter(object_repr="Groet").order_by("id")
    assert [entry.action for entry in logged] == [
        LogEntry.Action.CREATE,
        LogEntry.Action.UPDATE,
        LogEntry.Action.DELETE,
    ]
    assert logged[1].changes == {"text": ["Dag {klant}.", "Goedendag {klant}."]}
