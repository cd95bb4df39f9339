"""Tickets in Zammad: one over there, whatever goes wrong on the way."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings
from tests.desk.outbox_support import CUSTOMER, a_ticket, make_due, use_zammad
from tests.support.fake_zammad import FakeZammad, Mishap, running

from conversations.store import add_customer_message, begin
from employees.models import Employee
from outbox import content
from outbox.models import Counterpart, Delivery, DeliveryState, DestinationName
from outbox.presentation import problem_text
from outbox.sending import deliver_waiting
from tickets.details import Details, add_details
from tickets.models import HistoryKind, Priority, Reason, Ticket
from tickets.services import close, open_ticket, reply, take_over

pytestmark = pytest.mark.django_db
ZAMMAD = DestinationName.ZAMMAD


@pytest.fixture
def zammad(settings: Settings) -> Iterator[FakeZammad]:
    with running() as server:
        use_zammad(settings, server)
        settings.OUTBOX_TIMEOUT_SECONDS = 1.0
        yield server


def deliver() -> int:
    """Let what waits be tried once more."""
    make_due()
    return deliver_waiting(ZAMMAD)


def test_a_ticket_arrives_with_what_the_desk_knows(zammad: FakeZammad) -> None:
    ticket = a_ticket("Waar blijft mijn pakket? €5 & <b>boos</b>", entities={"order_number": "400123456"})
    assert deliver() == 1
    [remote] = zammad.tickets.values()
    assert remote["title"].startswith(f"{content.title(ticket)} [{ticket.number}-")
    assert remote["tags"] == "aanspreekpunt,requested,track_order"
    assert remote["priority"] == "2 normal"
    assert zammad.users[remote["customer_id"]]["email"] == CUSTOMER
    [article] = remote["articles"]
    assert (article["type"], article["content_type"]) == ("note", "text/plain")
    for words in ("€5 & <b>boos</b>", "Bestelnummer: 400123456", f"/balie/tickets/{ticket.number}/"):
        assert words in article["body"]
    counterpart = Counterpart.objects.get()
    assert (counterpart.remote_id, counterpart.remote_number) == ("1", "22001")


def test_a_vulnerable_customer_goes_first_there_too(zammad: FakeZammad) -> None:
    a_ticket()
    open_ticket(begin("web"), Reason.VULNERABLE)
    assert deliver() == 2
    assert [ticket["priority"] for ticket in zammad.tickets.values()] == ["2 normal", "3 high"]


def test_updates_follow_in_order_and_closing_closes(zammad: FakeZammad, sanne: Employee) -> None:
    ticket = a_ticket()
    take_over(ticket.pk, sanne)
    reply(ticket.pk, sanne, "Ik zoek het uit.", "r1")
    add_customer_message(ticket.conversation_id, "b", "Dank u!")
    close(ticket.pk, sanne)
    assert deliver() == 5
    [remote] = zammad.tickets.values()
    assert remote["state"] == "closed"
    bodies = [article["body"] for article in remote["articles"]]
    assert ["Ik zoek het uit." in body for body in bodies] == [False, False, True, False, False]
    assert ["door Sanne" in body for body in bodies] == [False, True, False, False, True]
    assert [(article["sender"], article["internal"]) for article in remote["articles"]] == [
        ("Customer", False),
        ("System", True),
        ("Agent", False),
        ("Customer", False),
        ("System", True),
    ]
    assert "Dank u!" in bodies[3]
    assert deliver() == 0


def test_a_ticket_that_is_opened_again_is_so_there_too(zammad: FakeZammad, sanne: Employee) -> None:
    ticket = a_ticket()
    take_over(ticket.pk, sanne)
    close(ticket.pk, sanne)
    deliver()
    assert open_ticket(ticket.conversation, Reason.REQUESTED)[0] == ticket
    deliver()
    assert [remote["state"] for remote in zammad.tickets.values()] == ["open"]


def test_tags_and_priority_follow(zammad: FakeZammad, sanne: Employee) -> None:
    ticket = a_ticket()
    take_over(ticket.pk, sanne)
    deliver()
    ticket.tags.create(name="Spoed, graag")
    ticket.history.create(kind=HistoryKind.TAGS_CHANGED, employee=sanne)
    Ticket.objects.filter(pk=ticket.pk).update(priority=Priority.URGENT)
    ticket.history.create(kind=HistoryKind.PRIORITY_CHANGED, employee=sanne)
    assert deliver() == 2
    assert zammad.tickets[1]["tags"] == "aanspreekpunt,requested,track_order,Spoed  graag"
    assert zammad.tickets[1]["priority"] == "3 high"


def test_a_ticket_without_an_address_gets_its_customer_later(zammad: FakeZammad) -> None:
    ticket = a_ticket(email="")
    deliver()
    [remote] = zammad.tickets.values()
    assert zammad.users[remote["customer_id"]]["email"] == "onbekend@lindenhof.example"
    add_details(ticket.pk, Details(email="nieuw@voorbeeld.example"))
    deliver()
    assert zammad.users[remote["customer_id"]]["email"] == "nieuw@voorbeeld.example"
    add_details(ticket.pk, Details(email="nieuw@voorbeeld.example"))
    deliver()
    assert [user["email"] for user in zammad.users.values()].count("nieuw@voorbeeld.example") == 1


def test_a_ticket_older_than_the_destination_is_made_at_its_first_change(
    zammad: FakeZammad, settings: Settings, sanne: Employee
) -> None:
    settings.OUTBOX_ZAMMAD_URL, url = "", settings.OUTBOX_ZAMMAD_URL
    ticket = a_ticket("Oude vraag")
    settings.OUTBOX_ZAMMAD_URL = url
    take_over(ticket.pk, sanne)
    assert deliver() == 1
    assert ["Oude vraag" in article["body"] for article in zammad.tickets[1]["articles"]] == [True, False]


LOST = [
    Mishap("POST", "tickets", cut="before", acts=True),
    Mishap("POST", "tickets", cut="halfway", acts=True),
    Mishap("POST", "tickets", status=500, acts=True),
    Mishap("POST", "tickets", status=504, acts=True),
    Mishap("POST", "tickets", status=200, body=b"<!doctype html><h1>Maintenance</h1>", acts=True),
    Mishap("POST", "tickets", status=200, body=b"[]", acts=True),
    Mishap("GET", "ticket_articles", status=500),
]


@pytest.mark.parametrize("mishap", LOST, ids=lambda mishap: f"{mishap.cut or mishap.status}-{mishap.method}")
def test_a_ticket_whose_answer_was_lost_is_found_again(zammad: FakeZammad, mishap: Mishap) -> None:
    a_ticket()
    mishap.times = 1
    zammad.mishaps = [mishap]
    assert deliver() == 0
    assert Delivery.objects.get().state == DeliveryState.WAITING
    assert deliver() == 1
    assert zammad.made() == 1
    assert len(zammad.subjects()) == 1


@pytest.mark.parametrize("cut", ["before", "halfway"])
def test_an_article_whose_answer_was_lost_is_not_added_twice(
    zammad: FakeZammad, sanne: Employee, cut: str
) -> None:
    ticket = a_ticket()
    deliver()
    take_over(ticket.pk, sanne)
    zammad.mishaps = [Mishap("PUT", "tickets", cut=cut, acts=True)]
    assert deliver() == 0
    assert deliver() == 1
    assert len(zammad.subjects()) == 2


def test_an_answer_that_does_not_come_is_not_waited_for(zammad: FakeZammad) -> None:
    a_ticket()
    never = threading.Event()
    zammad.mishaps = [Mishap("POST", "tickets", acts=True, wait_for=never)]
    assert deliver() == 0
    never.set()
    delivery = Delivery.objects.get()
    assert (delivery.problem, delivery.is_uncertain) == ("too_late", True)
    assert deliver() == 1
    assert zammad.made() == 1


def test_what_is_uncertain_is_not_tried_while_it_may_still_be_going_on(zammad: FakeZammad) -> None:
    a_ticket()
    zammad.mishaps = [Mishap("POST", "tickets", cut="before", acts=True)]
    before = timezone.now()
    deliver()
    assert Delivery.objects.get().due_at >= before + timedelta(seconds=12)


@pytest.mark.parametrize(
    ("mishap", "problem", "state"),
    [
        (Mishap("GET", "tickets/search", status=401), "not_allowed", "waiting"),
        (Mishap("GET", "tickets/search", status=403), "not_allowed", "waiting"),
        (Mishap("GET", "tickets/search", status=404), "wrong_address", "waiting"),
        (Mishap("GET", "tickets/search", status=200, body=b"<html>"), "not_json", "waiting"),
        (Mishap("GET", "tickets/search", status=200, body=b'{"x": 1}'), "not_json", "waiting"),
        (Mishap("GET", "tickets/search", cut="before"), "cut_off", "waiting"),
        (Mishap("GET", "tickets/search", cut="halfway"), "cut_off", "waiting"),
        (Mishap("GET", "tickets/search", status=302, headers={"Location": "/x"}), "redirect", "waiting"),
        (Mishap("GET", "tickets/search", status=503), "server_error", "waiting"),
        (Mishap("GET", "tickets/search", status=429), "rate_limited", "waiting"),
        (Mishap("POST", "tickets", status=422), "unknown_group", "failed"),
    ],
)
def test_what_zammad_does_wrong_is_told_in_dutch(
    zammad: FakeZammad, mishap: Mishap, problem: str, state: str
) -> None:
    a_ticket()
    mishap.times = 1
    zammad.mishaps = [mishap]
    assert deliver() == 0
    delivery = Delivery.objects.get()
    assert (delivery.problem, delivery.state) == (problem, state)
    sentence = problem_text(ZAMMAD, delivery.problem, delivery.problem_detail)
    assert "Zammad" in sentence
    assert CUSTOMER not in sentence
    assert zammad.made() == 0


def test_a_redirect_is_not_followed(zammad: FakeZammad) -> None:
    a_ticket()
    with running() as other:
        zammad.mishaps = [
            Mishap(
                "GET",
                "tickets/search",
                status=307,
                headers={"Location": f"{other.url}/api/v1/tickets/search"},
            )
        ]
        deliver()
        assert other.requests == []


@pytest.mark.parametrize("as_date", [False, True])
def test_zammad_may_ask_to_wait(zammad: FakeZammad, as_date: bool) -> None:
    first, second = a_ticket(), a_ticket()
    until = timezone.now() + timedelta(seconds=900)
    value = format_datetime(until) if as_date else "900"
    zammad.mishaps = [Mishap("POST", "tickets", status=429, headers={"Retry-After": value})]
    assert deliver() == 0
    # The other ticket would only add to the crowd.
    assert len(zammad.requests) == 2
    for ticket in (first, second):
        due = ticket.deliveries.get().due_at
        assert until - timedelta(seconds=2) < due < until + timedelta(seconds=60)
    assert deliver_waiting(ZAMMAD) == 0


def test_when_zammad_works_again_everything_goes_at_once(zammad: FakeZammad) -> None:
    for _ in range(3):
        a_ticket()
    zammad.mishaps = [Mishap("GET", "tickets/search", status=503)]
    assert deliver() == 0
    assert deliver_waiting(ZAMMAD) == 0
    Delivery.objects.filter(pk=Delivery.objects.earliest("id").pk).update(due_at=timezone.now())
    assert deliver_waiting(ZAMMAD) == 3


def test_a_ticket_that_was_removed_there_is_given_up_and_its_changes_wait(
    zammad: FakeZammad, sanne: Employee
) -> None:
    ticket = a_ticket()
    deliver()
    zammad.tickets.clear()
    take_over(ticket.pk, sanne)
    reply(ticket.pk, sanne, "Hallo", "r1")
    assert deliver() == 0
    assert list(Delivery.objects.values_list("state", "problem")) == [
        ("sent", ""),
        ("failed", "gone"),
        ("waiting", ""),
    ]


def test_secrets_and_customers_stay_out_of_rows_and_logs(
    zammad: FakeZammad, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.OUTBOX_ZAMMAD_TOKEN = "verkeerde-geheime-sleutel"
    a_ticket()
    deliver()
    zammad.mishaps = [Mishap("GET", "tickets/search", status=500)]
    deliver()
    kept = str(list(Delivery.objects.values())) + caplog.text
    assert "geheime" not in kept
    assert CUSTOMER not in kept


def test_faulty_settings_lose_nothing(zammad: FakeZammad, settings: Settings) -> None:
    settings.OUTBOX_ZAMMAD_TOKEN, token = "", settings.OUTBOX_ZAMMAD_TOKEN
    a_ticket()
    assert deliver() == 0
    delivery = Delivery.objects.get()
    assert (delivery.problem, delivery.problem_detail) == ("misconfigured", "DESK_ZAMMAD_TOKEN")
    settings.OUTBOX_ZAMMAD_TOKEN = token
    assert deliver() == 1


def out(command: str, *arguments: str, capsys: Any) -> str:
    call_command(command, *arguments)
    return str(capsys.readouterr().out)


def test_a_trial_makes_a_ticket_and_closes_it(zammad: FakeZammad, capsys: Any) -> None:
    assert "22001" in out("outbox_test", "zammad", capsys=capsys)
    assert zammad.tickets[1]["state"] == "closed"


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("OUTBOX_ZAMMAD_URL", "", "is not set up"),
        ("OUTBOX_ZAMMAD_TOKEN", "", "DESK_ZAMMAD_TOKEN"),
        ("OUTBOX_ZAMMAD_TOKEN", "fout", "code 401"),
        ("OUTBOX_ZAMMAD_GROUP", "Weg", "groep “Weg”"),
        ("OUTBOX_ZAMMAD_URL", "http://127.0.0.1:9", "niet bereikbaar"),
    ],
)
def test_a_trial_says_what_is_wrong(
    zammad: FakeZammad, settings: Settings, setting: str, value: str, words: str
) -> None:
    setattr(settings, setting, value)
    with pytest.raises(CommandError, match=words):
        call_command("outbox_test", "zammad")


def test_nothing_is_queued_when_nothing_is_set_up(sanne: Employee) -> None:
    ticket = a_ticket()
    take_over(ticket.pk, sanne)
    reply(ticket.pk, sanne, "Hallo", "r1")
    assert not Delivery.objects.exists()
    assert Ticket.objects.count() == 1
