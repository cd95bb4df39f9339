"""Calls to customers: places in a time slot, the list, and what comes of a call."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import close_old_connections, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from callbacks import capacity
from callbacks.capacity import SlotFull, free_slots
from callbacks.models import CallOutcome
from callbacks.queries import groups, to_call
from callbacks.services import WhenAgain, record_call
from conversations.store import begin
from employees.models import Employee
from employees.roles import Role, give_roles
from organisation.loader import current
from organisation.service import Service
from tickets import services
from tickets.callback import CallbackSlot
from tickets.details import Details, add_details
from tickets.facts import TicketFacts
from tickets.models import Reason, Ticket, Wish

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def two_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capacity, "service", lambda: replace(Service(), callbacks_per_slot=2))


@pytest.fixture
def sanne(sanne: Employee) -> Employee:
    give_roles(sanne, [Role.EMPLOYEE])
    return sanne


def slots() -> list[CallbackSlot]:
    return free_slots(current().opening_hours, timezone.now())


def wants_a_call(slot: CallbackSlot | None = None) -> Ticket:
    facts = TicketFacts(wish=Wish.CALL_BACK, phone="+31612345678")
    ticket, _ = services.open_ticket(begin("web"), Reason.REQUESTED, facts=facts)
    return add_details(ticket.pk, Details(callback=slot)) if slot else ticket


def offered(client: Client) -> list[str]:
    response = client.get(
        "/api/callback-slots", headers={"Authorization": f"Bearer {settings.SERVICE_TOKEN}"}
    )
    return [slot["id"] for slot in response.json()["slots"]]


def choose(client: Client, ticket: Ticket, slot: str) -> Any:
    return client.patch(
        f"/api/tickets/{ticket.number}",
        json.dumps({"callback_slot": slot}),
        content_type="application/json",
        headers={"Authorization": f"Bearer {settings.SERVICE_TOKEN}"},
    )


# --- Places ---------------------------------------------------------------------------------------------------------


def test_a_full_slot_is_not_offered_and_not_given_out(client: Client) -> None:
    first, second = slots()[:2]
    tickets = [wants_a_call(first) for _ in range(2)]
    assert len(offered(client)) == 6
    assert offered(client)[0] == second.id
    late = wants_a_call()
    response = choose(client, late, first.id)
    assert (response.status_code, response.json()["error"]["code"]) == (409, "slot_full")
    late.refresh_from_db()
    assert late.callback_from is None
    assert choose(client, tickets[0], first.id).status_code == 200


def test_a_place_comes_free_when_a_ticket_is_closed_or_moved(client: Client, sanne: Employee) -> None:
    first, second = slots()[:2]
    closed, moved = wants_a_call(first), wants_a_call(first)
    services.take_over(closed.pk, sanne)
    services.close(closed.pk, sanne)
    assert offered(client)[0] == first.id
    wants_a_call(first)
    assert choose(client, moved, second.id).status_code == 200
    assert offered(client)[0] == first.id


@pytest.mark.django_db(transaction=True)
def test_of_many_who_want_the_last_places_no_more_get_one_than_there_are() -> None:
    slot, tickets = slots()[0], [wants_a_call() for _ in range(5)]
    together, outcomes = threading.Barrier(5), []

    def take(ticket: Ticket) -> None:
        together.wait()
        try:
            add_details(ticket.pk, Details(callback=slot))
            outcomes.append("place")
        except SlotFull:
            outcomes.append("full")
        finally:
            close_old_connections()

    threads = [threading.Thread(target=take, args=[ticket]) for ticket in tickets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["full"] * 3 + ["place"] * 2


# --- Calls ----------------------------------------------------------------------------------------------------------


def test_a_call_that_reached_nobody_is_planned_again_and_counted(sanne: Employee) -> None:
    ticket = services.take_over(wants_a_call(slots()[0]).pk, sanne)
    again = slots()[2]
    for _ in range(2):
        record_call(ticket.pk, sanne, CallOutcome.NO_ANSWER, "a", again)
    record_call(ticket.pk, sanne, CallOutcome.VOICEMAIL, "b", again)
    ticket.refresh_from_db()
    assert (ticket.callback_from, ticket.answered_at) == (again.begins, None)
    details = [entry.detail for entry in ticket.history.filter(kind="called")]
    assert details == [
        {"outcome": "no_answer", "attempt": 1},
        {"outcome": "voicemail", "attempt": 2},
    ]
    last = ticket.conversation.messages.last()
    assert last is not None
    assert f"opnieuw op {again.label}" in last.text
    assert [found.attempts for group in groups(timezone.now()) for found in group.tickets] == [2]  # type: ignore[attr-defined]


def test_it_must_be_said_when_to_try_again_and_there_must_be_a_place(sanne: Employee) -> None:
    full = slots()[1]
    for _ in range(2):
        wants_a_call(full)
    ticket = services.take_over(wants_a_call().pk, sanne)
    with pytest.raises(WhenAgain):
        record_call(ticket.pk, sanne, CallOutcome.NO_ANSWER, "a")
    with pytest.raises(SlotFull):
        record_call(ticket.pk, sanne, CallOutcome.NO_ANSWER, "a", full)
    assert not ticket.calls.exists()
    assert not ticket.history.filter(kind="called").exists()


def test_who_was_spoken_to_has_had_an_answer_and_leaves_the_list(sanne: Employee) -> None:
    ticket = services.take_over(wants_a_call().pk, sanne)
    record_call(ticket.pk, sanne, CallOutcome.SPOKEN, "a")
    ticket.refresh_from_db()
    assert ticket.answered_at is not None
    assert not to_call().exists()


def test_a_wrong_number_is_taken_off_and_asked_for(sanne: Employee) -> None:
    ticket = services.take_over(wants_a_call().pk, sanne)
    record_call(ticket.pk, sanne, CallOutcome.WRONG_NUMBER, "a")
    ticket.refresh_from_db()
    assert ticket.phone == ""
    last = ticket.conversation.messages.last()
    assert last is not None
    assert "Op welk nummer" in last.text


def test_who_does_not_have_the_ticket_records_nothing(sanne: Employee, joris: Employee) -> None:
    ticket = services.take_over(wants_a_call().pk, sanne)
    with pytest.raises(services.NotYours):
        record_call(ticket.pk, joris, CallOutcome.SPOKEN, "a")


# --- The list -------------------------------------------------------------------------------------------------------


def test_calls_are_listed_late_ones_first_then_without_a_time_then_by_day() -> None:
    first, last = slots()[0], slots()[5]
    later, without, sooner, late = (
        wants_a_call(last),
        wants_a_call(),
        wants_a_call(first),
        wants_a_call(first),
    )
    past = timezone.now() - timedelta(hours=3)
    Ticket.objects.filter(pk=late.pk).update(callback_from=past, callback_until=past + timedelta(hours=2))
    found = groups(timezone.now())
    assert [group.kind for group in found][:3] == ["late", "soon", "day"]
    assert [ticket for group in found for ticket in group.tickets] == [late, without, sooner, later]
    days = [group.day for group in found if group.day]
    assert days == sorted(days)


@pytest.fixture
def console(client: Client, sanne: Employee) -> Client:
    client.force_login(sanne)
    return client


def test_the_page_shows_whom_to_call_and_takes_the_outcome(console: Client, sanne: Employee) -> None:
    ticket = wants_a_call(slots()[0])
    page = console.get("/balie/terugbellen/").content.decode()
    assert '<a href="tel:+31612345678">' in page
    assert "Ik bel" in page
    services.take_over(ticket.pk, sanne)
    page = console.get("/balie/terugbellen/").content.decode()
    assert "Sanne belt" in page
    address = f"/balie/tickets/{ticket.number}/gebeld/"
    assert 'value="spoken" selected' not in page, "an outcome was chosen for the employee"
    nothing = console.post(address, {"outcome": "", "again": "", "client_id": "a"})
    assert nothing.status_code == 422
    assert "Kies hoe het gesprek ging" in nothing.content.decode()
    refused = console.post(address, {"outcome": "no_answer", "again": "", "client_id": "a"})
    assert refused.status_code == 422
    text = refused.content.decode()
    assert "Kies wanneer u de klant opnieuw belt" in text
    assert '<option value="no_answer" selected>' in text
    fields = {"outcome": "no_answer", "again": slots()[1].id, "client_id": "a"}
    done = console.post(address, fields, follow=True).content.decode()
    assert "is vastgelegd" in done
    assert "1 keer geprobeerd" in done
    assert (
        "Klant gebeld: geen gehoor (door Sanne)"
        in console.get(f"/balie/tickets/{ticket.number}/").content.decode()
    )


def test_an_outcome_for_a_colleagues_call_is_refused(console: Client, joris: Employee) -> None:
    ticket = services.take_over(wants_a_call().pk, joris)
    fields = {"outcome": "spoken", "again": "", "client_id": "a"}
    page = console.post(f"/balie/tickets/{ticket.number}/gebeld/", fields, follow=True)
    assert f"{ticket.number} is van Joris" in page.content.decode()


def test_a_long_list_costs_no_more_queries(
    console: Client, sanne: Employee, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(capacity, "service", lambda: replace(Service(), callbacks_per_slot=1000))

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            console.get("/balie/terugbellen/")
        return len(asked)

    def fill(rows: int) -> None:
        for number in range(rows):
            ticket = wants_a_call(slots()[number % 6])
            if number % 2:
                services.take_over(ticket.pk, sanne)

    fill(10)
    few = queries()
    fill(90)
    assert queries() == few
    assert few < 20
