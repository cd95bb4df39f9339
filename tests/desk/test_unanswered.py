"""An employee has the ticket and does not answer: the customer is told, can choose another way, and goes to a colleague."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from tests.desk.conftest import said
from tests.desk.web import Customer

from conversations.models import Conversation, Message, Sender
from conversations.store import add_customer_message, begin
from employees.models import Employee
from presence.models import Presence, Status
from tickets.callback import CallbackSlot
from tickets.details import Details
from tickets.models import HistoryEntry, HistoryKind, Priority, Ticket, TicketState, Wish
from tickets.services import reply, request_human, take_over
from tickets.snooze import snooze
from waiting.service import NotOffered, apologise_to_who_waits_long, choose
from waiting.standing import position_of
from waiting.unanswered import help_who_gets_no_answer

pytestmark = pytest.mark.django_db
# A Tuesday; the tests' organisation is open from nine to half past five.
TEN = datetime.fromisoformat("2026-11-24T10:00:00+01:00")
Clock = Callable[[int], datetime]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Makes it so many minutes after ten, and tells that moment."""
    now = TEN
    monkeypatch.setattr(timezone, "now", lambda: now)
    for model in (HistoryEntry, Message):
        # A field keeps the function itself.
        monkeypatch.setattr(model._meta.get_field("at"), "_get_default", lambda: now)

    def move(minutes: int) -> datetime:
        nonlocal now
        now = TEN + timedelta(minutes=minutes)
        return now

    return move


@pytest.fixture(autouse=True)
def desk_that_mails(settings: Settings) -> None:
    settings.OUTBOX_SMTP_HOST = "mail.example"


def is_there(employee: Employee, choice: Status = Status.AVAILABLE) -> None:
    now = timezone.now()
    values = {"choice": choice, "active_at": now, "seen_at": now}
    Presence.objects.update_or_create(employee=employee, defaults=values)


@pytest.fixture
def ticket(at: Clock, conversation: Conversation, sanne: Employee) -> Ticket:
    """Sanne took it at ten, said that she would find out, and the customer asks on at once."""
    ticket = take_over(request_human(conversation).pk, sanne)
    reply(ticket.pk, sanne, "Ik zoek het uit.", "a")
    add_customer_message(conversation.pk, "a", "Hallo?")
    return ticket


def told(ticket: Ticket) -> list[str]:
    words = said(ticket.conversation, sender=Sender.SYSTEM, text__startswith="Het spijt ons")
    return [message.text for message in words]


def test_the_customer_is_told_once_and_the_employee_keeps_the_ticket(
    at: Clock, ticket: Ticket, sanne: Employee
) -> None:
    at(59)
    is_there(sanne)
    help_who_gets_no_answer()
    assert told(ticket) == []
    for minute in (60, 61, 120):
        at(minute)
        is_there(sanne)
        add_customer_message(ticket.conversation_id, str(minute), "Bent u er nog?")
        help_who_gets_no_answer()
    [words] = told(ticket)
    assert "wacht al even op antwoord van Sanne" in words
    assert ticket.number in words
    assert "gebeld worden, of antwoord per e-mail" in words
    ticket.refresh_from_db()
    assert (ticket.state, ticket.employee) == (TicketState.ASSIGNED, sanne)


def test_each_time_without_an_answer_is_told_anew(at: Clock, ticket: Ticket, sanne: Employee) -> None:
    for minute in (60, 120):
        at(minute)
        is_there(sanne)
        help_who_gets_no_answer()
        reply(ticket.pk, sanne, "Een moment nog.", str(minute))
        add_customer_message(ticket.conversation_id, str(minute), "Hallo?")
    assert len(told(ticket)) == 2


@pytest.mark.parametrize(
    ("words", "is_late"),
    [
        ("Bedankt!", False),
        ("ok dank u", False),
        ("Bedankt maar het klopt niet", True),
        ("Bedankt en nu?", True),
    ],
)
def test_thanks_alone_ask_for_no_answer(
    at: Clock, ticket: Ticket, sanne: Employee, words: str, is_late: bool
) -> None:
    reply(ticket.pk, sanne, "Uw pakket komt morgen.", "b")
    add_customer_message(ticket.conversation_id, "b", words)
    at(120)
    is_there(sanne)
    help_who_gets_no_answer()
    assert bool(told(ticket)) == is_late


def test_an_answer_in_time_is_followed_by_nothing(at: Clock, ticket: Ticket, sanne: Employee) -> None:
    at(50)
    reply(ticket.pk, sanne, "Uw pakket komt morgen.", "b")
    at(500)
    help_who_gets_no_answer()
    assert told(ticket) == []
    ticket.refresh_from_db()
    assert ticket.state == TicketState.ASSIGNED


@pytest.mark.parametrize("way", ["never logged in", "page shut", "chose away"])
def test_whoever_is_away_gives_it_to_a_colleague(
    at: Clock, ticket: Ticket, sanne: Employee, joris: Employee, way: str
) -> None:
    if way == "page shut":
        is_there(sanne)
    at(10)
    later = request_human(begin("web"))
    at(60)
    if way == "chose away":
        is_there(sanne, Status.AWAY)
    help_who_gets_no_answer()
    ticket.refresh_from_db()
    ticket.conversation.refresh_from_db()
    assert (ticket.state, ticket.employee, ticket.conversation.state) == ("open", None, "waiting")
    assert (ticket.queued_at, ticket.priority) == (TEN, Priority.HIGH)
    assert position_of(ticket) < position_of(later)
    entry = ticket.history.get(kind=HistoryKind.TRANSFERRED)
    assert (entry.employee, entry.detail) == (None, {"from": "Sanne", "to": None, "cause": "away"})
    [words] = told(ticket)
    assert "Sanne kan u nu niet antwoorden" in words
    assert "niets opnieuw te vertellen" in words
    assert "gebeld worden, of antwoord per e-mail" in words
    apologise_to_who_waits_long()
    assert len(told(ticket)) == 1, "one apology is enough"
    assert take_over(ticket.pk, joris).employee == joris


def test_who_leaves_after_the_customer_was_told_gives_it_away_too(
    at: Clock, ticket: Ticket, sanne: Employee
) -> None:
    at(60)
    is_there(sanne)
    help_who_gets_no_answer()
    at(90)
    help_who_gets_no_answer()
    ticket.refresh_from_db()
    assert ticket.state == TicketState.OPEN
    assert len(told(ticket)) == 2


def test_who_takes_over_gets_the_whole_time(at: Clock, ticket: Ticket, joris: Employee) -> None:
    at(60)
    help_who_gets_no_answer()
    take_over(ticket.pk, joris)
    at(89)
    help_who_gets_no_answer()
    ticket.refresh_from_db()
    assert ticket.employee == joris
    at(90)
    help_who_gets_no_answer()
    ticket.refresh_from_db()
    assert ticket.state == TicketState.OPEN


def test_who_never_had_an_answer_is_told_too(at: Clock, conversation: Conversation, sanne: Employee) -> None:
    ticket = request_human(conversation)
    at(30)
    take_over(ticket.pk, sanne)
    at(89)
    is_there(sanne)
    help_who_gets_no_answer()
    assert told(ticket) == []
    at(90)
    is_there(sanne)
    help_who_gets_no_answer()
    assert len(told(ticket)) == 1


def test_closed_hours_do_not_count_and_nothing_is_said_in_them(
    at: Clock, ticket: Ticket, sanne: Employee
) -> None:
    at(440)
    reply(ticket.pk, sanne, "Nog even geduld.", "b")
    add_customer_message(ticket.conversation_id, "b", "Hallo?")
    at(9 * 60)
    help_who_gets_no_answer()
    assert told(ticket) == []
    at(23 * 60 + 49)  # ten minutes on Tuesday, 49 on Wednesday
    help_who_gets_no_answer()
    assert told(ticket) == []
    at(23 * 60 + 50)
    help_who_gets_no_answer()
    assert len(told(ticket)) == 1


def test_what_was_put_aside_is_left_alone(at: Clock, ticket: Ticket, sanne: Employee) -> None:
    until = TEN + timedelta(days=2)
    snooze(ticket.pk, sanne, until, "wacht op de leverancier")
    at(400)
    help_who_gets_no_answer()
    assert told(ticket) == []


def test_the_customer_can_choose_another_way_while_the_employee_has_it(
    at: Clock, ticket: Ticket, sanne: Employee
) -> None:
    details = Details(wish=Wish.CALL_BACK, phone="+31612345678")
    with pytest.raises(NotOffered):
        choose(ticket.conversation_id, details)
    at(60)
    is_there(sanne)
    help_who_gets_no_answer()
    chosen = choose(ticket.conversation_id, details)
    assert (chosen.state, chosen.wish, chosen.phone) == ("assigned", "call_back", "+31612345678")
    with pytest.raises(NotOffered):
        choose(ticket.conversation_id, details)


def test_the_web_chat_offers_it_until_the_answer_comes(at: Clock, client: Client, sanne: Employee) -> None:
    customer = Customer(client)
    customer.human()
    ticket = take_over(Ticket.objects.get().pk, sanne)
    assert customer.read().json()["offer"] == []
    at(60)
    is_there(sanne)
    help_who_gets_no_answer()
    found = customer.read().json()
    assert (found["waiting"], found["offer"]) == (None, ["call_back", "email"])
    reply(ticket.pk, sanne, "Daar ben ik.", "a")
    assert customer.read().json()["offer"] == []


def test_whoever_chose_another_way_is_offered_none(at: Clock, ticket: Ticket, sanne: Employee) -> None:
    slot = CallbackSlot(TEN + timedelta(hours=3), TEN + timedelta(hours=5))
    Ticket.objects.update(wish=Wish.CALL_BACK, callback_from=slot.begins, callback_until=slot.ends)
    at(60)
    is_there(sanne)
    help_who_gets_no_answer()
    [words] = told(ticket)
    assert "Liever" not in words


@pytest.mark.parametrize(
    ("channel", "words"),
    [("web", "You can choose that below"), ("telegram", "Stuur dan alleen uw telefoonnummer")],
)
def test_it_is_said_in_the_customers_language_and_as_the_channel_can(
    at: Clock, ticket: Ticket, sanne: Employee, channel: str, words: str
) -> None:
    language = "en" if channel == "web" else "nl"
    Conversation.objects.update(channel=channel, language=language)
    at(60)
    help_who_gets_no_answer()
    last = ticket.conversation.messages.last()
    assert last is not None
    assert words in last.text


def test_colleagues_see_who_waits_for_an_answer(page: Client, ticket: Ticket, joris: Employee) -> None:
    Ticket.objects.update(employee=joris)
    assert "Joris: klant wacht" in page.get("/balie/").content.decode()
    reply(ticket.pk, joris, "Daar ben ik.", "b")
    assert "klant wacht" not in page.get("/balie/").content.decode()
