"""Accounts, as the administrator manages them."""

from __future__ import annotations

import re

import pytest
from auditlog.models import LogEntry
from django.test import Client

from employees import accounts
from employees.models import Employee
from employees.roles import Role, give_roles, roles_of

pytestmark = pytest.mark.django_db
ACCOUNTS = "/balie/beheer/accounts/"
PASSWORD = "een lang wachtwoord"


@pytest.fixture
def an(db: None) -> Employee:
    """The only administrator."""
    employee = Employee.objects.create_user("an", display_name="An")
    give_roles(employee, [Role.ADMINISTRATOR])
    return employee


@pytest.fixture
def administrator(client: Client, an: Employee) -> Client:
    client.force_login(an)
    return client


@pytest.fixture
def sanne(db: None) -> Employee:
    employee = Employee.objects.create_user("sanne", display_name="Sanne", password=PASSWORD)
    give_roles(employee, [Role.EMPLOYEE])
    return employee


def log_in(name: str, password: str) -> tuple[Client, int]:
    client = Client()
    return client, client.post("/balie/inloggen/", {"username": name, "password": password}).status_code


def shown_password(page: str) -> str:
    found = re.search(r'class="secret">([^<]+)<', page)
    assert found
    return found[1]


def test_new_account_gets_a_password_that_is_shown_once_and_must_be_changed(administrator: Client) -> None:
    body = {"username": "joris", "display_name": "Joris", "roles": ["employee", "supervisor"]}
    response = administrator.post(f"{ACCOUNTS}nieuw/", body)
    assert "no-store" in response["Cache-Control"]
    password = shown_password(response.content.decode())
    joris = Employee.objects.get(username="joris")
    assert roles_of(joris) == [Role.EMPLOYEE, Role.SUPERVISOR]
    assert password not in administrator.get(f"{ACCOUNTS}{joris.pk}/").content.decode()

    browser, status = log_in("joris", password)
    assert status == 302
    assert browser.get("/balie/")["Location"] == "/balie/account/wachtwoord/"
    assert browser.get("/balie/", headers={"HX-Request": "true"}).status_code == 401
    same = {"old_password": password, "new_password1": password, "new_password2": password}
    refused = browser.post("/balie/account/wachtwoord/", same)
    assert "ander wachtwoord dan het oude" in refused.content.decode()
    new = {"old_password": password, "new_password1": PASSWORD, "new_password2": PASSWORD}
    assert browser.post("/balie/account/wachtwoord/", new)["Location"] == "/balie/"
    assert browser.get("/balie/").status_code == 200
    assert log_in("joris", password)[1] == 200


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"username": ""}, "verplicht"),
        ({"username": "met spatie"}, "geldige gebruikersnaam"),
        ({"username": "AN"}, "al in gebruik"),
        ({"email": "geen adres"}, "geldig e-mailadres"),
        ({"roles": ["boss"]}, "boss"),
    ],
)
def test_a_mistake_is_said_in_dutch_and_what_was_typed_stays(
    administrator: Client, changes: dict[str, object], words: str
) -> None:
    body = {"username": "joris", "display_name": "Joris de Vries", "roles": ["employee"]} | changes
    response = administrator.post(f"{ACCOUNTS}nieuw/", body)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert 'value="Joris de Vries"' in response.content.decode()
    assert Employee.objects.count() == 1


def test_roles_and_name_can_be_changed(administrator: Client, sanne: Employee) -> None:
    body = {"display_name": "Sanne B.", "email": "", "roles": ["designer"]}
    assert administrator.post(f"{ACCOUNTS}{sanne.pk}/", body).status_code == 302
    sanne.refresh_from_db()
    assert (sanne.display_name, roles_of(sanne)) == ("Sanne B.", [Role.DESIGNER])


def test_account_that_is_switched_off_is_out_at_once(administrator: Client, sanne: Employee) -> None:
    browser, _ = log_in("sanne", PASSWORD)
    assert browser.get("/balie/").status_code == 200
    administrator.post(f"{ACCOUNTS}{sanne.pk}/actief/", {"actief": "0"})
    assert browser.get("/balie/").status_code == 302
    assert log_in("sanne", PASSWORD)[1] == 200
    administrator.post(f"{ACCOUNTS}{sanne.pk}/actief/", {"actief": "1"})
    assert browser.get("/balie/").status_code == 302, "an old session does not come to life again"
    assert log_in("sanne", PASSWORD)[1] == 302


def test_the_last_administrator_stays(administrator: Client, an: Employee) -> None:
    refused = administrator.post(f"{ACCOUNTS}{an.pk}/actief/", {"actief": "0"}, follow=True)
    assert "minstens één beheerder" in refused.content.decode()
    body = {"display_name": "An", "roles": ["employee"]}
    assert "minstens één beheerder" in administrator.post(f"{ACCOUNTS}{an.pk}/", body).content.decode()
    an.refresh_from_db()
    assert (an.is_active, roles_of(an)) == (True, [Role.ADMINISTRATOR])


def test_new_password_ends_sessions_and_a_lock_out(administrator: Client, sanne: Employee) -> None:
    browser, _ = log_in("sanne", PASSWORD)
    for _ in range(5):
        log_in("sanne", "verkeerd")
    assert accounts.is_locked(sanne)
    password = shown_password(administrator.post(f"{ACCOUNTS}{sanne.pk}/wachtwoord/").content.decode())
    assert not accounts.is_locked(sanne)
    assert browser.get("/balie/").status_code == 302
    assert log_in("sanne", PASSWORD)[1] == 200
    assert log_in("sanne", password)[1] == 302


def test_lock_out_can_be_lifted(administrator: Client, sanne: Employee) -> None:
    for _ in range(5):
        log_in("sanne", "verkeerd")
    assert log_in("sanne", PASSWORD)[1] != 302
    assert "Blokkade opheffen" in administrator.get(f"{ACCOUNTS}{sanne.pk}/").content.decode()
    administrator.post(f"{ACCOUNTS}{sanne.pk}/blokkade/")
    assert log_in("sanne", PASSWORD)[1] == 302


def test_everything_is_in_the_audit_log_without_passwords(
    administrator: Client, an: Employee, sanne: Employee
) -> None:
    LogEntry.objects.all().delete()
    administrator.post(f"{ACCOUNTS}{sanne.pk}/", {"display_name": "Sanne B.", "roles": ["supervisor"]})
    administrator.post(f"{ACCOUNTS}{sanne.pk}/wachtwoord/")
    administrator.post(f"{ACCOUNTS}{sanne.pk}/blokkade/")
    entries = list(LogEntry.objects.order_by("id"))
    assert {entry.actor for entry in entries} == {an}
    assert {entry.object_id for entry in entries} == {sanne.pk}
    changes = {name: change for entry in entries for name, change in (entry.changes or {}).items()}
    assert changes["display_name"] == ["Sanne", "Sanne B."]
    assert changes["groups"]["objects"] == ["supervisor"]
    events = {(entry.additional_data or {}).get("event") for entry in entries}
    assert events == {None, "password_reset", "unlocked"}
    assert "password" not in changes


def test_log_ins_are_in_the_audit_log_and_what_was_typed_is_not(client: Client, sanne: Employee) -> None:
    log_in("sanne", "verkeerd geheim")
    log_in("mijn wachtwoord 123", "x")
    browser, _ = log_in("sanne", PASSWORD)
    browser.post("/balie/uitloggen/")
    found = [
        ((entry.additional_data or {}).get("event"), entry.object_id, entry.actor)
        for entry in LogEntry.objects.order_by("id")
        if (entry.additional_data or {}).get("event")
    ]
    assert found == [
        ("login_failed", sanne.pk, None),
        ("login_failed", None, None),
        ("logged_in", sanne.pk, sanne),
        ("logged_out", sanne.pk, sanne),
    ]
    everything = str(list(LogEntry.objects.values()))
    assert "geheim" not in everything
    assert "mijn wachtwoord" not in everything
