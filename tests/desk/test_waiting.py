"""Customers who wait: the place in the queue, a measured wait or none, an apology once, and another way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import aclosing
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from tests.desk.test_feed import following
from tests.desk.web import Customer

from config.threads import in_thread
from conversations import feed
from conversations.feed import conversation_events
from conversations.models import Conversation, Sender
from conversations.store import add_customer_message, begin
from employees.models import Employee
from organisation.loader import current
from organisation.service import Service
from tickets.callback import slot_with_id
from tickets.models import Priority, Reason, Ticket, TicketState, Wish
from tickets.services import open_ticket, request_human, take_over
from waiting import measured, service, standing
from waiting.hearing import can_phone
from waiting.service import apologise_to_who_waits_long
from waiting.standing import expected_minutes, position_of, standing_of

# Tuesday; the tests' organisation is open from nine to half past five.
OPEN = datetime.fromisoformat("2026-11-24T11:00:00+01:00")
CLOSED = datetime.fromisoformat("2026-11-24T22:00:00+01:00")
KINGS_DAY = datetime.fromisoformat("2026-04-27T11:00:00+02:00")


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def mail_server(settings: Settings) -> None:
    """Mail is set up."""
    settings.OUTBOX_SMTP_HOST = "mail.example"


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes it a moment for everything that asks Django the time."""

    def now(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    now(OPEN)
    return now


def waiting(priority: Priority = Priority.NORMAL, since: timedelta = timedelta(), **fields: Any) -> Ticket:
    ticket, _ = open_ticket(begin("web"), Reason.REQUESTED)
    Ticket.objects.filter(pk=ticket.pk).update(priority=priority, queued_at=timezone.now() - since, **fields)
    return Ticket.objects.select_related("conversation").get(pk=ticket.pk)


def taken(seconds: int, ago: timedelta = timedelta(minutes=30), priority: Priority = Priority.NORMAL) -> None:
    """A ticket that was taken a while ago, after so many seconds."""
    ticket = waiting(priority)
    moment = timezone.now() - ago
    Ticket.objects.filter(pk=ticket.pk).update(
        state=TicketState.CLOSED,
        queued_at=moment - timedelta(seconds=seconds),
        taken_at=moment,
        closed_at=moment,
    )


# --- The place in the queue -----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_place_counts_who_is_helped_first(at: Any) -> None:
    longer, urgent = waiting(since=timedelta(minutes=9)), waiting(Priority.URGENT)
    own, later = waiting(since=timedelta(minutes=3)), waiting()
    waiting(Priority.LOW, since=timedelta(hours=1))
    waiting(since=timedelta(hours=1), snoozed_until=timezone.now() + timedelta(days=1))
    assert [position_of(ticket) for ticket in (urgent, longer, own, later)] == [1, 2, 3, 4]


@pytest.mark.django_db
def test_two_of_the_same_moment_have_two_places(at: Any) -> None:
    first, second = waiting(), waiting()
    assert (position_of(first), position_of(second)) == (1, 2)


def test_nobody_waits_for_who_has_the_ticket(conversation: Conversation, sanne: Employee) -> None:
    assert standing_of(take_over(request_human(conversation).pk, sanne)) is None


# --- The wait, measured ---------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_too_few_measurements_are_none(at: Any) -> None:
    own = waiting()
    for _ in range(Service().waiting_minimum_measurements - 1):
        taken(240)
    assert expected_minutes(own, OPEN) is None
    cache.clear()
    taken(240)
    assert expected_minutes(own, OPEN) == 5


@pytest.mark.django_db
def test_the_median_counts_and_what_has_been_waited_is_taken_off(at: Any) -> None:
    for seconds in (60, 60, 600, 3000, 3000):
        taken(seconds)
    assert expected_minutes(waiting(), OPEN) == 10
    assert expected_minutes(waiting(since=timedelta(minutes=8)), OPEN) == 2


@pytest.mark.django_db
def test_longer_than_usual_is_unknown(at: Any) -> None:
    for _ in range(5):
        taken(240)
    assert expected_minutes(waiting(since=timedelta(minutes=5)), OPEN) is None


@pytest.mark.django_db
def test_only_the_same_priority_is_measured(at: Any) -> None:
    for _ in range(5):
        taken(240, priority=Priority.URGENT)
    assert expected_minutes(waiting(), OPEN) is None
    assert expected_minutes(waiting(Priority.URGENT), OPEN) == 5


@pytest.mark.django_db
def test_old_waits_and_those_of_closed_hours_are_not_measured(at: Any) -> None:
    for _ in range(5):
        taken(240, ago=timedelta(days=15))
        taken(60 * 60, ago=timedelta(hours=2))  # asked for before nine
    assert measured.waits(Priority.NORMAL, OPEN) == []


@pytest.mark.django_db
def test_a_wait_over_night_counts_the_open_hours_only(at: Any) -> None:
    taken(round(timedelta(hours=24).total_seconds()), ago=timedelta(minutes=30))
    assert measured.waits(Priority.NORMAL, OPEN) == [timedelta(hours=8.5)]


@pytest.mark.django_db
def test_many_customers_who_look_cost_one_measurement(at: Any, django_assert_num_queries: Any) -> None:
    for _ in range(5):
        taken(240)
    measured.usual_wait(Priority.NORMAL)
    with django_assert_num_queries(0):
        assert measured.usual_wait(Priority.NORMAL) == timedelta(minutes=4)


# --- What the customer is told --------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_closed_names_the_next_opening_and_offers_another_way(at: Any) -> None:
    own = waiting()
    found = standing_of(own, CLOSED)
    assert found is not None
    assert found["opens"] == "woensdag 25 november om 09.00 uur"
    assert (found["is_open"], found["minutes"], found["offer"]) == (False, None, ["call_back", "email"])


@pytest.mark.django_db
def test_a_public_holiday_is_closed(at: Any) -> None:
    found = standing_of(waiting(), KINGS_DAY)
    assert found is not None
    assert found["opens"] == "dinsdag 28 april om 09.00 uur"


@pytest.mark.django_db
def test_the_web_chat_shows_how_the_customer_stands(client: Client, at: Any) -> None:
    customer = Customer(client)
    assert customer.read().json()["waiting"] is None
    customer.human()
    assert customer.read().json()["waiting"] == {
        "position": 1,
        "minutes": None,
        "is_open": True,
        "opens": None,
        "offer": [],
    }


@pytest.mark.django_db(transaction=True)
async def test_who_waits_hears_of_what_happens_in_other_conversations(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(feed, "WAITING_LOOK_SECONDS", 0.05)
    sanne = await in_thread(Employee.objects.create_user, "sanne", display_name="Sanne")
    first = await in_thread(lambda: request_human(begin("web")))
    second = await in_thread(lambda: request_human(begin("web")))
    async with aclosing(conversation_events(second.conversation_id, 0)) as events:
        assert (await following(events, "state")).data["waiting"]["position"] == 2
        await in_thread(take_over, first.pk, sanne)
        assert (await following(events, "state")).data["waiting"]["position"] == 1


# --- Nobody picks up ------------------------------------------------------------------------------------------------


def apologies(ticket: Ticket) -> list[str]:
    said = ticket.conversation.messages.filter(sender=Sender.SYSTEM, text__contains="Het spijt ons")
    return list(said.values_list("text", flat=True))


@pytest.mark.django_db
def test_an_apology_once_and_the_ticket_stays(at: Any) -> None:
    late, early = waiting(since=timedelta(minutes=5)), waiting(since=timedelta(minutes=4))
    apologise_to_who_waits_long()
    apologise_to_who_waits_long()
    assert len(apologies(late)) == 1
    assert late.number in apologies(late)[0]
    assert apologies(early) == []
    late.refresh_from_db()
    assert late.state == TicketState.OPEN
    found = standing_of(late, OPEN)
    assert found is not None
    assert found["offer"] == ["call_back", "email"]


@pytest.mark.django_db
def test_a_ticket_that_comes_back_in_the_queue_may_be_late_again(at: Any) -> None:
    late = waiting(since=timedelta(minutes=20))
    apologise_to_who_waits_long()
    Ticket.objects.filter(pk=late.pk).update(queued_at=OPEN - timedelta(minutes=6))
    apologise_to_who_waits_long()
    assert len(apologies(late)) == 2


@pytest.mark.django_db
def test_no_apology_when_closed_nor_for_hours_that_were_closed(at: Any) -> None:
    late = waiting(since=timedelta(hours=20))
    at(CLOSED)
    apologise_to_who_waits_long()
    assert apologies(late) == []
    at(datetime.fromisoformat("2026-11-25T09:01:00+01:00"))
    Ticket.objects.filter(pk=late.pk).update(queued_at=CLOSED)
    apologise_to_who_waits_long()
    assert apologies(late) == []


@pytest.mark.django_db
@pytest.mark.parametrize("wish", [Wish.CALL_BACK, Wish.EMAIL])
def test_who_chose_another_way_is_not_waiting_in_the_chat(at: Any, wish: Wish) -> None:
    ticket = waiting(since=timedelta(minutes=9), wish=wish)
    apologise_to_who_waits_long()
    assert apologies(ticket) == []


@pytest.mark.django_db
def test_it_can_be_switched_off(at: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "service", lambda: Service(nobody_picks_up_minutes=0))
    ticket = waiting(since=timedelta(minutes=60))
    apologise_to_who_waits_long()
    assert apologies(ticket) == []


# --- Deaf customers -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Ik ben doof.",
        "SLECHTHOREND ben ik",
        "mijn dove moeder",
        "Ik heb een gehoorapparaat",
        "ik hoor heel slecht",
        "I am deaf",
    ],
)
def test_a_deaf_customer_is_never_told_to_call(conversation: Conversation, at: Any, text: str) -> None:
    add_customer_message(conversation.pk, "a", text)
    ticket = request_human(conversation)
    Ticket.objects.filter(pk=ticket.pk).update(queued_at=OPEN - timedelta(minutes=10))
    apologise_to_who_waits_long()
    ticket.refresh_from_db()
    found = standing_of(ticket, OPEN)
    assert found is not None
    assert found["offer"] == ["email"]
    assert "bel" not in apologies(ticket)[0].lower()


def test_what_the_assistant_noted_counts_too(conversation: Conversation) -> None:
    add_customer_message(conversation.pk, "a", "Bellen gaat bij mij niet, ik gebruik een schrijftolk.")
    assert can_phone(conversation)
    ticket = request_human(conversation)
    Ticket.objects.filter(pk=ticket.pk).update(entities={"cannot_phone": "true"})
    assert not can_phone(conversation)


def test_others_can_phone(conversation: Conversation) -> None:
    add_customer_message(conversation.pk, "a", "Ik wil doorgaan, het dovende licht is ongehoord.")
    assert can_phone(conversation)


# --- A desk that cannot mail ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("hears", [True, False])
def test_without_a_mail_server_no_answer_by_mail_is_offered(
    client: Client, at: Any, settings: Settings, db: None, hears: bool
) -> None:
    settings.OUTBOX_SMTP_HOST = ""
    customer = Customer(client)
    if not hears:
        customer.send("Ik ben doof.")
    customer.human()
    Ticket.objects.update(queued_at=OPEN - timedelta(minutes=10))
    apologise_to_who_waits_long()
    (said,) = apologies(Ticket.objects.select_related("conversation").get())
    assert "mail" not in said
    assert ("gebeld worden" in said) is hears
    assert customer.read().json()["waiting"]["offer"] == (["call_back"] if hears else [])
    refused = customer.post("other-way", {"wish": "email", "email": "a@b.example"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "not_offered")


# --- Another way ----------------------------------------------------------------------------------------------------


@pytest.fixture
def late_customer(client: Client, at: Any, db: None) -> Customer:
    """A customer who may choose, because nobody picked up."""
    customer = Customer(client)
    customer.human()
    Ticket.objects.update(queued_at=OPEN - timedelta(minutes=10))
    apologise_to_who_waits_long()
    return customer


def test_the_choice_is_stored_and_the_ticket_stays_open(late_customer: Customer) -> None:
    answer = late_customer.post("other-way", {"wish": "call_back", "phone": "06 12345678"})
    ticket = Ticket.objects.get()
    assert (answer.status_code, answer.json()) == (201, {"ticket": ticket.number, "wish": "call_back"})
    assert (ticket.wish, ticket.phone, ticket.state) == ("call_back", "+31612345678", TicketState.OPEN)
    body = late_customer.read().json()
    assert body["waiting"]["offer"] == []
    assert "We bellen u op +31612345678" in body["messages"][-1]["text"]
    assert late_customer.post("other-way", {"wish": "email", "email": "a@b.example"}).status_code == 409


def test_a_moment_to_be_called(late_customer: Customer) -> None:
    slots = late_customer.client.get("/api/webchat/callback-slots", headers=late_customer.headers).json()[
        "slots"
    ]
    body = {"wish": "call_back", "phone": "06 12345678", "callback_slot": slots[0]["id"]}
    assert late_customer.post("other-way", body).status_code == 201
    assert slots[0]["label"] in late_customer.read().json()["messages"][-1]["text"]


def test_a_moment_that_others_took_is_told_and_nothing_is_stored(
    late_customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    slots = late_customer.client.get("/api/webchat/callback-slots", headers=late_customer.headers).json()[
        "slots"
    ]
    full = Service(callbacks_per_slot=1)
    monkeypatch.setattr("callbacks.capacity.service", lambda: full)
    begins = slot_with_id(current().opening_hours, slots[0]["id"], OPEN)
    assert begins
    other = waiting(wish=Wish.CALL_BACK, callback_from=begins.begins, callback_until=begins.ends)
    body = {"wish": "call_back", "phone": "06 12345678", "callback_slot": slots[0]["id"]}
    answer = late_customer.post("other-way", body)
    assert (answer.status_code, answer.json()["error"]["field"]) == (409, "callback_slot")
    assert Ticket.objects.exclude(pk=other.pk).get().wish == ""


def test_an_answer_by_mail(late_customer: Customer) -> None:
    assert late_customer.post("other-way", {"wish": "email", "email": "A@b.example"}).status_code == 201
    assert Ticket.objects.get().email == "a@b.example"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"wish": "call_back", "phone": "12"}, "phone"),
        ({"wish": "call_back"}, "phone"),
        ({"wish": "call_back", "phone": "06 12345678", "callback_slot": "nooit"}, "callback_slot"),
        ({"wish": "email", "email": "geen adres"}, "email"),
        ({"wish": "email", "email": 1}, "email"),
        ({"wish": "chat"}, "wish"),
        ({}, "wish"),
    ],
)
def test_what_cannot_be_is_told_with_its_field(
    late_customer: Customer, body: dict[str, Any], field: str
) -> None:
    answer = late_customer.post("other-way", body)
    assert (answer.status_code, answer.json()["error"]["field"]) == (400, field)
    assert Ticket.objects.get().wish == ""


def test_nothing_to_choose_before_it_is_offered(client: Client, at: Any, db: None, sanne: Employee) -> None:
    customer = Customer(client)
    body = {"wish": "email", "email": "a@b.example"}
    assert customer.post("other-way", body).status_code == 409
    customer.human()
    assert customer.post("other-way", body).status_code == 409
    at(CLOSED)
    take_over(Ticket.objects.get().pk, sanne)
    assert customer.post("other-way", body).status_code == 409
    assert Ticket.objects.get().wish == ""


def test_the_same_is_not_asked_twice_while_the_assistant_asks(late_customer: Customer) -> None:
    Conversation.objects.update(is_adding_details=True)
    ticket = Ticket.objects.select_related("conversation").get()
    assert standing.offered(ticket, is_open=True) == []
