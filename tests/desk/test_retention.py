"""What has been kept long enough goes; figures and whoever still waits stay. The clock is the test's own."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from tests.desk.figures_support import Case, at
from tests.desk.test_figures import MONDAY, WEEK

from channels.models import Address
from conversations.models import Conversation, ConversationState, Message
from conversations.store import begin
from figures import collect
from figures.models import Contact, ConversationDay, CustomerMark
from figures.report import Report
from organisation.service import Service
from retention import jobs, purge
from retention.purge import months_before, purge_conversations, purge_tickets
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def quiet_since(conversation: Conversation, moment: datetime) -> None:
    Conversation.objects.filter(pk=conversation.pk).update(last_message_at=moment, created_at=moment)


def closed_ticket(**fields: object) -> Case:
    return Case(f"{MONDAY}T10:00", **fields).taken(f"{MONDAY}T10:01").closed(f"{MONDAY}T11:00")  # type: ignore[arg-type]


# --- Conversations: 30 days -------------------------------------------------------------------------------------------


def test_a_conversation_goes_after_thirty_days_of_silence() -> None:
    conversation = begin("web")
    quiet_since(conversation, at(f"{MONDAY}T10:00"))
    assert purge_conversations(at(f"{MONDAY}T10:00") + timedelta(days=30)) == 0
    assert purge_conversations(at(f"{MONDAY}T10:00") + timedelta(days=30, seconds=1)) == 1
    assert not Conversation.objects.exists()
    assert not Message.objects.exists()


@pytest.mark.parametrize("state", [ConversationState.WAITING, ConversationState.WITH_EMPLOYEE])
def test_a_conversation_in_which_a_person_is_waited_for_stays(state: ConversationState) -> None:
    conversation = begin("web")
    quiet_since(conversation, at(f"{MONDAY}T10:00"))
    Conversation.objects.update(state=state)
    assert purge_conversations(at("2030-01-01T10:00")) == 0
    assert Message.objects.exists()


def test_of_a_conversation_with_a_kept_ticket_the_messages_go() -> None:
    case = closed_ticket(summary="Pakket kwijt").wrote(f"{MONDAY}T10:02")
    Address.objects.create(channel="telegram", value="1111111", conversation=case.conversation)
    quiet_since(case.conversation, at(f"{MONDAY}T11:00"))
    later = at("2027-01-15T10:00")
    assert purge_conversations(later) == 0  # not counted in the figures yet
    collect.collect(1, later)
    assert purge_conversations(later) == 1
    assert not Message.objects.exists()
    assert not Address.objects.exists()
    assert Ticket.objects.get().summary == "Pakket kwijt"
    assert purge_conversations(later) == 0


# --- Tickets: 24 months -----------------------------------------------------------------------------------------------


def test_a_ticket_goes_twenty_four_months_after_it_was_closed_and_its_figures_stay() -> None:
    case = closed_ticket().rated(f"{MONDAY}T11:10", 4)
    now = at("2028-11-23T11:00:00")
    collect.collect(1, now)
    before = Report(WEEK, now).total()
    assert purge_tickets(now) == 0
    assert purge_tickets(now + timedelta(seconds=1)) == 1
    assert not Ticket.objects.filter(pk=case.ticket.pk).exists()
    assert Report(WEEK, now).total() == before
    assert (before.requests, before.score) == (1, 4)
    contact = Contact.objects.get()
    assert (contact.ticket, contact.marks.count()) == (None, 0)
    quiet_since(case.conversation, at(f"{MONDAY}T11:00"))
    purge_conversations(now)
    assert not Conversation.objects.exists()


def test_a_ticket_that_is_open_or_not_counted_stays() -> None:
    Case(f"{MONDAY}T10:00")
    collect.collect(1, timezone.now())
    closed_ticket()
    assert purge_tickets(at("2040-01-01T00:00")) == 0
    assert Ticket.objects.count() == 2


def test_merged_tickets_go_one_after_the_other() -> None:
    into, merged = closed_ticket(), closed_ticket()
    Ticket.objects.filter(pk=merged.ticket.pk).update(merged_into=into.ticket)
    collect.collect(1, timezone.now())
    assert [purge_tickets(at("2040-01-01T00:00")) for _ in range(3)] == [1, 1, 0]
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    ("moment", "months", "earlier"),
    [
        ("2028-11-23T11:00", 24, "2026-11-23T11:00"),
        ("2028-02-29T11:00", 12, "2027-02-28T11:00"),
        ("2027-01-31T11:00", 2, "2026-11-30T11:00"),
        ("2027-01-01T00:00", 1, "2026-12-01T00:00"),
    ],
)
def test_months_are_those_of_the_calendar(moment: str, months: int, earlier: str) -> None:
    assert months_before(at(moment), months) == at(earlier)


def test_the_times_are_the_organisations_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purge, "service", lambda: Service(keep_conversations_days=10, keep_tickets_months=1))
    case = closed_ticket().wrote(f"{MONDAY}T10:02")
    quiet_since(case.conversation, at(f"{MONDAY}T11:00"))
    collect.collect(1, timezone.now())
    assert purge_conversations(at("2026-12-04T11:00")) == 1
    assert purge_tickets(at("2026-12-23T11:00:00")) == 0
    assert purge_tickets(at("2026-12-23T11:00:01")) == 1


def test_the_job_counts_first_and_then_erases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purge, "BATCH", 1)
    monkeypatch.setattr(jobs, "BATCH", 1)
    for _ in range(3):
        case = closed_ticket().wrote(f"{MONDAY}T10:02")
        quiet_since(case.conversation, at(f"{MONDAY}T10:00"))
    monkeypatch.setattr(jobs.timezone, "now", lambda: at("2029-01-01T10:00"))
    jobs.purge()
    assert not Ticket.objects.exists()
    assert not Conversation.objects.exists()
    assert Contact.objects.count() == 3
    assert ConversationDay.objects.get().spoken == 3
    jobs.purge()
    assert ConversationDay.objects.get().spoken == 3


# --- One customer (R25) -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known_by", "value", "fields"),
    [
        ("phone", "06 12345678", {"phone": "+31612345678"}),
        ("email", "Klant@Example.nl", {"email": "klant@example.nl"}),
        ("customer_number", "K100001", {"verified": {"customer_number": "K100001"}}),
        ("order_number", "400123456", {"verified": {"order_number": "400123456"}}),
    ],
)
def test_a_customer_gets_everything_and_then_it_is_gone(
    known_by: str, value: str, fields: dict[str, object]
) -> None:
    case = (
        closed_ticket(summary="Pakket kwijt", **fields).wrote(f"{MONDAY}T10:02").rated(f"{MONDAY}T12:00", 2)
    )
    other = closed_ticket(phone="+31687654321").wrote(f"{MONDAY}T10:02")
    collect.collect(1, at(f"{MONDAY}T12:00"))
    marks = CustomerMark.objects.filter(contact__ticket=other.ticket).count()
    printed = StringIO()
    call_command("export_customer", known_by, value, stdout=printed)
    (ticket,) = json.loads(printed.getvalue())["tickets"]
    (conversation,) = json.loads(printed.getvalue())["conversations"]
    assert (ticket["number"], ticket["summary"]) == (case.ticket.number, "Pakket kwijt")
    assert ticket["satisfaction"] == {"score": 2, "remark": ""}
    assert conversation["messages"][-1]["text"] == "Hallo?"

    call_command("erase_customer", known_by, value, stdout=printed)
    assert Ticket.objects.count() == 2
    call_command("erase_customer", known_by, value, "--yes", stdout=printed)
    assert list(Ticket.objects.all()) == [other.ticket]
    assert list(Conversation.objects.all()) == [other.conversation]
    assert CustomerMark.objects.count() == marks
    assert Contact.objects.count() == 2
    with pytest.raises(CommandError, match="Nothing is kept"):
        call_command("export_customer", known_by, value)


def test_a_customer_who_waits_is_not_erased() -> None:
    case = Case(f"{MONDAY}T10:00", phone="+31612345678")
    with pytest.raises(CommandError, match=f"{case.ticket.number} is not closed"):
        call_command("erase_customer", "ticket", case.ticket.number, "--yes")
    assert Ticket.objects.exists()


@pytest.mark.parametrize("known_by", ["phone", "email", "customer_number", "order_number", "ticket"])
def test_an_empty_value_finds_nobody(known_by: str) -> None:
    closed_ticket(verified={"customer_number": "", "order_number": ""})
    with pytest.raises(CommandError, match="Nothing is kept"):
        call_command("erase_customer", known_by, " ", "--yes")
    assert Ticket.objects.exists()
