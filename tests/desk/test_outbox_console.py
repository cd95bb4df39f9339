"""How employees and supervisors see what was delivered, and try again."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from tests.desk.outbox_support import CUSTOMER, a_ticket

from employees.models import Employee
from employees.roles import Role, give_roles
from outbox import queue
from outbox.models import Counterpart, Delivery, DestinationName
from outbox.problems import DeliveryProblem
from tickets.models import Ticket
from tickets.services import take_over

pytestmark = pytest.mark.django_db
LIST = "/balie/beheer/bezorging/"
REFUSED = DeliveryProblem("refused", "422", is_final=True)


@pytest.fixture(autouse=True)
def zammad(settings: Settings) -> None:
    settings.OUTBOX_ZAMMAD_URL = "https://zammad.example"


@pytest.fixture
def supervisor(client: Client, sanne: Employee) -> Client:
    give_roles(sanne, [Role.SUPERVISOR])
    client.force_login(sanne)
    return client


@pytest.fixture
def employee(joris: Employee) -> Client:
    give_roles(joris, [Role.EMPLOYEE])
    client = Client()
    client.force_login(joris)
    return client


def failed(problem: DeliveryProblem = REFUSED) -> Ticket:
    ticket = a_ticket()
    delivery = queue.claim(DestinationName.ZAMMAD)
    assert delivery is not None
    assert delivery.ticket == ticket
    queue.did_not_arrive(delivery, problem)
    return ticket


def shown(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_a_ticket_shows_where_it_stands_elsewhere(employee: Client) -> None:
    ticket = a_ticket()
    page = f"/balie/tickets/{ticket.number}/"
    assert "Wacht op verzending" in shown(employee, page)
    delivery = queue.claim(DestinationName.ZAMMAD)
    assert delivery is not None
    Counterpart.objects.create(
        ticket=ticket, destination=DestinationName.ZAMMAD, remote_id="7", remote_number="22007"
    )
    queue.arrived(delivery)
    part = shown(employee, f"{page}bezorging/")
    assert "Verzonden" in part
    assert "https://zammad.example/#ticket/zoom/7" in part
    assert "22007" in part


def test_without_other_systems_nothing_is_shown(employee: Client, settings: Settings) -> None:
    settings.OUTBOX_ZAMMAD_URL = ""
    assert "Andere systemen" not in shown(employee, f"/balie/tickets/{a_ticket().number}/")


def test_only_a_supervisor_can_try_again(supervisor: Client, employee: Client) -> None:
    ticket = failed()
    page = f"/balie/tickets/{ticket.number}/"
    for client, may in ((employee, False), (supervisor, True)):
        text = shown(client, page)
        assert "Zammad weigerde dit bericht (code 422)." in text
        assert ("Opnieuw proberen" in text) == may
    assert employee.post(f"{LIST}opnieuw/", {"ticket": ticket.number}).status_code == 403
    response = supervisor.post(f"{LIST}opnieuw/", {"ticket": ticket.number}, follow=True)
    assert response.redirect_chain == [(page, 302)]
    assert "1 bezorging wordt opnieuw geprobeerd." in response.content.decode()
    assert Delivery.objects.get().state == "waiting"


def test_the_list_has_one_or_all_tried_again_and_skips(supervisor: Client, sanne: Employee) -> None:
    tickets = [failed() for _ in range(3)]
    text = shown(supervisor, LIST)
    assert "Mislukte opnieuw proberen (3)" in text
    assert all(ticket.number in text for ticket in tickets)
    one = Delivery.objects.earliest("id")
    supervisor.post(f"{LIST}opnieuw/", {"bezorging": one.pk})
    supervisor.post(f"{LIST}overslaan/", {"bezorging": one.pk + 1})
    assert list(Delivery.objects.values_list("state", flat=True)) == ["waiting", "skipped", "failed"]
    supervisor.post(f"{LIST}opnieuw/", {"alle": "1"})
    assert list(Delivery.objects.values_list("state", flat=True)) == ["waiting", "skipped", "waiting"]
    again = supervisor.post(f"{LIST}opnieuw/", {"alle": "1"}, follow=True)
    assert "Misschien was een collega u voor" in again.content.decode()


@pytest.mark.parametrize("what", [{}, {"bezorging": "alles"}, {"bezorging": "9" * 30}, {"alle": "ja"}])
def test_an_unclear_wish_changes_nothing(supervisor: Client, what: dict[str, str]) -> None:
    failed()
    assert supervisor.post(f"{LIST}opnieuw/", what).status_code == 302
    assert Delivery.objects.get().state == "failed"


def test_an_unknown_ticket_is_not_found(supervisor: Client) -> None:
    assert supervisor.post(f"{LIST}opnieuw/", {"ticket": "T-999999"}).status_code == 404


def test_the_list_is_narrowed_by_state_and_destination(supervisor: Client, sanne: Employee) -> None:
    broken, whole = failed(), a_ticket()
    take_over(whole.pk, sanne)
    assert whole.number not in shown(supervisor, LIST)
    waiting = shown(supervisor, f"{LIST}?stand=waiting&bestemming=zammad")
    assert whole.number in waiting
    assert broken.number not in waiting
    assert whole.number not in shown(supervisor, f"{LIST}?stand=waiting&bestemming=webhook")


@pytest.mark.parametrize("query", ["stand=weg", "bestemming=%00", "voor=x", "voor=-1", "voor=" + "9" * 40])
def test_a_wrong_choice_is_told_and_the_list_stays(supervisor: Client, query: str) -> None:
    ticket = failed()
    response = supervisor.get(f"{LIST}?{query}")
    assert response.status_code == 422
    assert "bestaat niet" in response.content.decode()
    assert ticket.number in response.content.decode()


def test_the_list_is_paged_without_a_query_per_row(supervisor: Client) -> None:
    ticket = a_ticket()
    Delivery.objects.bulk_create(
        Delivery(ticket=ticket, destination="zammad", kind="message", state="failed") for _ in range(55)
    )
    with CaptureQueriesContext(
        connection,
    ) as few:
        first = supervisor.get(LIST).content.decode()
    assert first.count("Overslaan") == 50
    oldest = Delivery.objects.filter(state="failed").order_by("-id")[49].pk
    assert f"?voor={oldest}" in first
    assert supervisor.get(f"{LIST}?voor={oldest}").content.decode().count("Overslaan") == 5
    assert len(few) < 20


def test_the_alarm_rings_for_supervisors_only(supervisor: Client, employee: Client) -> None:
    a_ticket()
    assert "niet bezorgd" not in shown(supervisor, "/balie/wachtend/")
    queue.did_not_arrive(queue.claim(DestinationName.ZAMMAD), DeliveryProblem("not_allowed", "401"))  # type: ignore[arg-type]
    assert "<strong>1</strong> niet bezorgd" in shown(supervisor, "/balie/wachtend/")
    assert "niet bezorgd" not in shown(employee, "/balie/wachtend/")


def test_customers_are_not_named_in_the_list(supervisor: Client) -> None:
    failed()
    assert CUSTOMER not in shown(supervisor, LIST)
