"""Who is there: what counts as being active, and when a session ends."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.test import AsyncClient, Client
from django.utils import timezone

from config.threads import in_thread
from conversations.store import begin
from employees.models import Employee
from employees.roles import Role, give_roles
from presence.models import PAGE_IS_OPEN, Presence, Status, status_of
from tickets.models import Reason
from tickets.services import open_ticket, take_over

HTMX = {"HX-Request": "true"}
PING = "/balie/aanwezig/"
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def console(client: Client, sanne: Employee) -> Client:
    give_roles(sanne, [Role.EMPLOYEE])
    client.force_login(sanne)
    return client


def passed(employee: Employee, *, idle: timedelta, unseen: timedelta) -> None:
    """So long ago did the employee do something, and was a page seen to be open."""
    now = timezone.now()
    Presence.objects.filter(pk=employee.pk).update(active_at=now - idle, seen_at=now - unseen)


def now_of(employee: Employee) -> Status:
    return status_of(Employee.objects.get(pk=employee.pk))


@pytest.mark.parametrize(
    ("idle", "unseen", "status"),
    [
        (0 * SECOND, 0 * SECOND, Status.AVAILABLE),
        (10 * MINUTE - 5 * SECOND, 0 * SECOND, Status.AVAILABLE),
        (10 * MINUTE, 0 * SECOND, Status.AWAY),
        (0 * SECOND, PAGE_IS_OPEN - 5 * SECOND, Status.AVAILABLE),
        (0 * SECOND, PAGE_IS_OPEN, Status.AWAY),
    ],
)
def test_away_follows_from_the_clock(
    console: Client, sanne: Employee, idle: timedelta, unseen: timedelta, status: Status
) -> None:
    passed(sanne, idle=idle, unseen=unseen)
    assert now_of(sanne) == status
    assert Presence.objects.available(timezone.now()).exists() == (status == Status.AVAILABLE)


def test_log_in_begins_and_log_out_ends_presence(console: Client, sanne: Employee, joris: Employee) -> None:
    assert (now_of(sanne), now_of(joris)) == (Status.AVAILABLE, Status.AWAY)
    console.post("/balie/uitloggen/")
    assert now_of(sanne) == Status.AWAY


def test_choice_stays_over_pages_and_log_ins(console: Client, sanne: Employee) -> None:
    control = console.post("/balie/aanwezig/keuze/", {"keuze": "busy"}, headers=HTMX).content.decode()
    assert 'value="busy" type="submit" aria-pressed="true"' in control
    console.get("/balie/")
    assert now_of(sanne) == Status.BUSY
    assert not Presence.objects.available(timezone.now()).exists()
    console.force_login(sanne)
    assert now_of(sanne) == Status.BUSY
    assert console.post("/balie/aanwezig/keuze/", {"keuze": "asleep"}).status_code == 400
    assert now_of(sanne) == Status.BUSY


def test_page_that_asks_for_news_by_itself_keeps_nobody_present(console: Client, sanne: Employee) -> None:
    passed(sanne, idle=11 * MINUTE, unseen=0 * SECOND)
    console.get("/balie/", headers=HTMX)
    console.get("/balie/", headers={"Sec-Fetch-Mode": "cors"})
    assert console.post(PING, {"actief": "0", "getoond": "away"}, headers=HTMX).status_code == 204
    assert now_of(sanne) == Status.AWAY
    drawn = console.post(PING, {"actief": "1", "getoond": "away"}, headers=HTMX).content.decode()
    assert 'value="available" type="submit" aria-pressed="true"' in drawn
    assert now_of(sanne) == Status.AVAILABLE
    passed(sanne, idle=11 * MINUTE, unseen=11 * MINUTE)
    console.get("/balie/")
    assert now_of(sanne) == Status.AVAILABLE


def idle(client: Client, minutes: float) -> None:
    session = client.session
    session["active_at"] = time.time() - minutes * 60
    session.save()


def test_session_that_nobody_uses_ends(console: Client, sanne: Employee) -> None:
    idle(console, 59)
    assert console.post(PING, {"actief": "0", "getoond": "available"}, headers=HTMX).status_code == 204
    idle(console, 61)
    assert console.get("/balie/", headers=HTMX).status_code == 401
    assert console.get("/balie/")["Location"] == "/balie/inloggen/?next=/balie/"
    assert "_auth_user_id" not in console.session


def test_polling_does_not_keep_a_session_alive_and_input_does(console: Client) -> None:
    idle(console, 59)
    before = console.session["active_at"]
    console.get("/balie/", headers=HTMX)
    console.get("/balie/wachtend/", headers=HTMX)
    console.post(PING, {"actief": "0"}, headers=HTMX)
    assert console.session["active_at"] == before
    console.post(PING, {"actief": "1"}, headers=HTMX)
    assert time.time() - console.session["active_at"] < 60


def test_after_a_form_that_came_too_late_one_returns_to_its_page(console: Client) -> None:
    idle(console, 61)
    page = "/balie/tickets/T-100001/"
    late = console.post(f"{page}antwoorden/", {"text": "x"}, headers={"Referer": f"http://testserver{page}"})
    assert late["Location"] == f"/balie/inloggen/?next={page}"
    late = console.post(f"{page}antwoorden/", {"text": "x"}, headers={"Referer": "https://elders.example/x/"})
    assert late["Location"] == "/balie/inloggen/?next=/balie/"


@pytest.mark.django_db(transaction=True)
async def test_stream_ends_with_the_session(async_client: AsyncClient, sanne: Employee) -> None:
    await in_thread(give_roles, sanne, [Role.EMPLOYEE])
    await async_client.aforce_login(sanne)
    session = await async_client.asession()
    await session.aset("active_at", time.time() - 61 * 60)
    await session.asave()
    assert (await async_client.get("/balie/nieuws/")).status_code == 401


def test_supervisor_sees_who_is_there_and_with_how_many_tickets(
    console: Client, sanne: Employee, joris: Employee
) -> None:
    give_roles(joris, [Role.EMPLOYEE, Role.SUPERVISOR])
    for _ in range(2):
        ticket, _new = open_ticket(begin("web"), Reason.REQUESTED)
        take_over(ticket.pk, sanne)
    supervisor = Client()
    supervisor.force_login(joris)
    Presence.objects.filter(pk=joris.pk).update(choice="away")
    rows = supervisor.get("/balie/team/", headers=HTMX).content.decode()
    assert [rows.index(name) for name in ("Sanne", "2 tickets", "Joris", "0 tickets")] == sorted(
        rows.index(name) for name in ("Sanne", "2 tickets", "Joris", "0 tickets")
    )
    assert rows.count('class="row"') == rows.count('class="row off"') == 1
