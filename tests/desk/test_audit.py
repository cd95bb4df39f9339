"""The audit log's page, its file, and how long it is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.test import Client
from django.utils import timezone

from audit.jobs import forget_old_entries
from audit.record import Event, record
from conversations.store import begin
from employees.models import Employee
from employees.roles import Role, give_roles
from tickets.models import Reason
from tickets.services import open_ticket

LOG = "/balie/beheer/logboek/"


@pytest.fixture
def administrator(client: Client, db: None) -> Client:
    an = Employee.objects.create_user("an", display_name="An")
    give_roles(an, [Role.ADMINISTRATOR])
    client.force_login(an)
    return client


def test_who_read_which_ticket_can_be_found(administrator: Client, sanne: Employee, joris: Employee) -> None:
    ticket, _ = open_ticket(begin("web"), Reason.REQUESTED)
    give_roles(sanne, [Role.EMPLOYEE])
    reader = Client()
    reader.force_login(sanne)
    reader.get(f"/balie/tickets/{ticket.number}/")
    record(Event.PASSWORD_CHANGED, actor=joris, on=joris)
    page = administrator.get(LOG, {"op": ticket.number}).content.decode()
    assert "Ticket gelezen" in page
    assert "door Sanne" in page
    assert "Eigen wachtwoord gewijzigd" not in page
    assert "Ticket gelezen" not in administrator.get(LOG, {"wie": joris.pk}).content.decode().split("rows")[1]
    assert "Ticket gelezen" in administrator.get(LOG, {"wat": "ticket"}).content.decode()
    future = (timezone.localtime() + timedelta(days=1)).strftime("%d-%m-%Y")
    assert "niets gevonden" in administrator.get(LOG, {"vanaf": future}).content.decode()


def test_a_mistake_in_the_filter_is_said_and_stays(administrator: Client) -> None:
    response = administrator.get(LOG, {"vanaf": "gisteren", "op": "T-1"})
    assert response.status_code == 422
    assert 'value="gisteren"' in response.content.decode()


def test_file_holds_no_formulas_and_is_itself_in_the_log(administrator: Client, sanne: Employee) -> None:
    Employee.objects.filter(pk=sanne.pk).update(display_name="=1+1")
    sanne.refresh_from_db()
    record(Event.PASSWORD_CHANGED, actor=sanne, on=sanne)
    response = administrator.get(f"{LOG}bestand/")
    lines = b"".join(response).decode().splitlines()  # type: ignore[arg-type]
    assert lines[0] == "moment;wie;wat;waarop;bijzonderheden;adres"
    assert any(";'=1+1;Eigen wachtwoord gewijzigd;sanne;" in line for line in lines)
    assert LogEntry.objects.filter(additional_data__event="audit_exported").count() == 1


@pytest.mark.django_db
def test_old_entries_are_forgotten(sanne: Employee) -> None:
    LogEntry.objects.all().delete()
    for days in (364, 366):
        record(Event.LOGGED_OUT, actor=sanne, on=sanne)
        newest = LogEntry.objects.order_by("-id")[:1].get()
        LogEntry.objects.filter(pk=newest.pk).update(timestamp=timezone.now() - timedelta(days=days))
    forget_old_entries()
    assert LogEntry.objects.count() == 1


def test_what_changed_is_said_in_dutch_without_what_nobody_filled_in(administrator: Client) -> None:
    administrator.post(
        "/balie/beheer/accounts/nieuw/", {"username": "noor", "display_name": "Noor", "roles": ["employee"]}
    )
    noor = Employee.objects.get(username="noor")
    administrator.post(
        f"/balie/beheer/accounts/{noor.pk}/", {"display_name": "Noor B.", "roles": ["employee"]}
    )
    administrator.post(f"/balie/beheer/accounts/{noor.pk}/actief/", {"actief": "0"})
    page = administrator.get("/balie/beheer/logboek/", {"op": "noor"}).content.decode()
    assert "Gebruikersnaam: noor" in page
    assert "Naam: Noor → Noor B." in page
    assert "Actief: ja → nee" in page
    assert "None" not in page
    assert "is_" not in page
