"""What employees and customers do with tickets."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, close_old_connections, transaction
from django.utils import timezone
from tests.desk.conftest import said

from conversations.models import Conversation, Message, Sender
from conversations.store import add_customer_message, begin
from employees.models import Employee
from tickets import services
from tickets.facts import TicketFacts
from tickets.models import Reason, Ticket, TicketState, Wish
from tickets.presentation import as_json, next_step

ZONE = ZoneInfo("Europe/Amsterdam")


@pytest.fixture
def ticket(conversation: Conversation) -> Ticket:
    return services.request_human(conversation)


def state(conversation: Conversation) -> str:
    conversation.refresh_from_db()
    return conversation.state


# --- Opening --------------------------------------------------------------------------------------------------------


def test_a_number_has_six_digits_and_finds_the_ticket(ticket: Ticket) -> None:
    assert ticket.number == f"T-{100_000 + ticket.pk}"
    assert Ticket.objects.with_number(f" {ticket.number.lower()} ").get() == ticket


@pytest.mark.parametrize(
    "number", ["", "T-", "T-1", "100001", "T-100001x", "T-" + "9" * 40, "T-١٠٠٠٠١", "'; --"]
)
def test_what_is_no_number_finds_nothing(ticket: Ticket, number: str) -> None:
    assert not Ticket.objects.with_number(number).exists()


@pytest.mark.django_db(transaction=True)
def test_a_number_is_never_given_out_again() -> None:
    first = services.request_human(begin("web"))
    number, conversation = first.number, first.conversation
    first.delete()
    assert services.request_human(conversation).number != number


def test_one_open_ticket_per_conversation(conversation: Conversation, ticket: Ticket) -> None:
    again, is_new = services.open_ticket(conversation, Reason.NOT_UNDERSTOOD, key="another message")
    assert (again, again.reason, is_new) == (ticket, Reason.REQUESTED, False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Ticket.objects.create(conversation=conversation, reason=Reason.REQUESTED)


def test_the_same_key_is_the_same_ticket_also_when_it_is_closed(
    conversation: Conversation, sanne: Employee
) -> None:
    ticket, _ = services.open_ticket(conversation, Reason.REQUESTED, key="12")
    services.take_over(ticket.pk, sanne)
    services.close(ticket.pk, sanne)
    assert services.open_ticket(conversation, Reason.REQUESTED, key="12") == (ticket, False)
    Ticket.objects.update(closed_at=timezone.now() - timedelta(days=30))
    later, is_new = services.open_ticket(conversation, Reason.REQUESTED, key="13")
    assert is_new
    assert later != ticket


def test_a_key_counts_within_its_conversation(conversation: Conversation) -> None:
    ticket, _ = services.open_ticket(conversation, Reason.REQUESTED, key="12")
    other, is_new = services.open_ticket(begin("web"), Reason.REQUESTED, key="12")
    assert is_new
    assert other != ticket


def test_facts_are_masked(conversation: Conversation) -> None:
    facts = TicketFacts(summary="bsn 123456782", entities={"iban": "NL91ABNA0417164300"})
    ticket, _ = services.open_ticket(conversation, Reason.REQUESTED, facts=facts)
    ticket.refresh_from_db()
    assert (ticket.summary, ticket.entities) == ("bsn [BSN]", {"iban": "[IBAN]"})


# --- Taking over ----------------------------------------------------------------------------------------------------


def test_taking_over_tells_the_customer_who_it_is(
    conversation: Conversation, ticket: Ticket, sanne: Employee
) -> None:
    taken = services.take_over(ticket.pk, sanne)
    assert (taken.state, taken.employee, state(conversation)) == (
        TicketState.ASSIGNED,
        sanne,
        "with_employee",
    )
    assert taken.taken_at is not None
    announcement = said(conversation)[-1]
    assert announcement.sender == Sender.SYSTEM
    assert announcement.text.startswith("U praat nu met Sanne, medewerker")
    assert services.take_over(ticket.pk, sanne) == taken
    assert said(conversation)[-1] == announcement


def test_who_comes_second_is_told_who_was_first(ticket: Ticket, sanne: Employee, joris: Employee) -> None:
    services.take_over(ticket.pk, sanne)
    with pytest.raises(services.AlreadyTaken) as refused:
        services.take_over(ticket.pk, joris)
    assert refused.value.ticket.employee == sanne


@pytest.mark.django_db(transaction=True)
def test_of_many_employees_at_once_one_gets_it() -> None:
    ticket = services.request_human(begin("web"))
    employees = [Employee.objects.create_user(f"employee{number}") for number in range(6)]
    together = threading.Barrier(len(employees))
    outcomes: list[str] = []

    def take(employee: Employee) -> None:
        together.wait()
        try:
            services.take_over(ticket.pk, employee)
            outcomes.append("taken")
        except services.AlreadyTaken:
            outcomes.append("refused")
        finally:
            close_old_connections()

    threads = [threading.Thread(target=take, args=[employee]) for employee in employees]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused"] * 5 + ["taken"]
    assert Message.objects.filter(text__startswith="U praat nu met").count() == 1


def test_a_closed_ticket_cannot_be_taken(ticket: Ticket, sanne: Employee, joris: Employee) -> None:
    services.take_over(ticket.pk, sanne)
    services.close(ticket.pk, sanne)
    with pytest.raises(services.TicketActionRefused):
        services.take_over(ticket.pk, joris)


# --- Chatting -------------------------------------------------------------------------------------------------------


def test_a_reply_carries_the_employees_name(
    conversation: Conversation, ticket: Ticket, sanne: Employee
) -> None:
    services.take_over(ticket.pk, sanne)
    reply = services.reply(ticket.pk, sanne, " Goedendag \x00", "c1")
    assert (reply.sender, reply.name, reply.text) == (Sender.EMPLOYEE, "Sanne", "Goedendag")
    assert services.reply(ticket.pk, sanne, "Goedendag", "c1") == reply
    assert said(conversation, sender=Sender.EMPLOYEE) == [reply]


def test_customer_and_employee_may_use_the_same_client_id(
    conversation: Conversation, ticket: Ticket, sanne: Employee
) -> None:
    services.take_over(ticket.pk, sanne)
    reply = services.reply(ticket.pk, sanne, "Goedendag", "1")
    message, is_new = add_customer_message(conversation.pk, "1", "hallo")
    assert is_new
    assert message != reply


@pytest.mark.parametrize(
    ("text", "client_id"), [("", "a"), (" \x00", "a"), ("x" * 2001, "a"), ("x", ""), ("x", "a" * 65)]
)
def test_a_wrong_reply_is_refused(ticket: Ticket, sanne: Employee, text: str, client_id: str) -> None:
    services.take_over(ticket.pk, sanne)
    with pytest.raises(ValueError, match="empty or too long"):
        services.reply(ticket.pk, sanne, text, client_id)


Action = Callable[[int, Employee], object]
ACTIONS: dict[str, Action] = {
    "reply": lambda ticket_id, employee: services.reply(ticket_id, employee, "hallo", "c"),
    "hand_back": services.hand_back,
    "close": services.close,
}


@pytest.mark.parametrize("action", ACTIONS.values(), ids=ACTIONS)
@pytest.mark.parametrize("situation", ["nobody's", "a colleague's", "closed"])
def test_only_who_has_the_ticket_can_work_on_it(
    conversation: Conversation,
    ticket: Ticket,
    sanne: Employee,
    joris: Employee,
    action: Action,
    situation: str,
) -> None:
    if situation != "nobody's":
        services.take_over(ticket.pk, joris if situation == "a colleague's" else sanne)
    if situation == "closed":
        services.close(ticket.pk, sanne)
    before = Message.objects.count(), state(conversation)
    with pytest.raises(services.NotYours):
        action(ticket.pk, sanne)
    assert (Message.objects.count(), state(conversation)) == before


@pytest.mark.parametrize("action", ACTIONS.values(), ids=ACTIONS)
def test_a_ticket_that_does_not_exist(sanne: Employee, action: Action) -> None:
    with pytest.raises(Ticket.DoesNotExist):
        action(10**9, sanne)


# --- Ending ---------------------------------------------------------------------------------------------------------


def test_handing_back(conversation: Conversation, ticket: Ticket, sanne: Employee) -> None:
    services.take_over(ticket.pk, sanne)
    ended = services.hand_back(ticket.pk, sanne)
    assert (ended.state, state(conversation)) == (TicketState.CLOSED, "with_assistant")
    assert conversation.needs_fresh_session
    assert "U praat weer met de digitale assistent" in said(conversation)[-1].text


def test_closing_and_writing_again(conversation: Conversation, ticket: Ticket, sanne: Employee) -> None:
    services.take_over(ticket.pk, sanne)
    ended = services.close(ticket.pk, sanne)
    assert ended.closed_at is not None
    assert state(conversation) == "closed"
    add_customer_message(conversation.pk, "later", "nog een vraag")
    assert state(conversation) == "with_assistant"


def test_the_history_says_who_did_what(ticket: Ticket, sanne: Employee) -> None:
    services.take_over(ticket.pk, sanne)
    services.hand_back(ticket.pk, sanne)
    entries = ticket.history.values_list("kind", "employee__username")
    assert list(entries) == [("opened", None), ("taken", "sanne"), ("handed_back", "sanne")]


def test_the_time_from_request_to_human_is_kept(ticket: Ticket, sanne: Employee) -> None:
    Ticket.objects.update(queued_at=timezone.now() - timedelta(seconds=95))
    services.take_over(ticket.pk, sanne)
    assert ticket.history.get(kind="taken").detail["waited_seconds"] in range(95, 125)


def test_a_conversation_on_another_channel_gets_no_messages(
    conversation: Conversation, sanne: Employee
) -> None:
    conversation.is_live = False
    conversation.save()
    ticket, _ = services.open_ticket(conversation, Reason.REQUESTED)
    services.take_over(ticket.pk, sanne)
    with pytest.raises(services.NotLive):
        services.reply(ticket.pk, sanne, "hallo", "c")
    services.close(ticket.pk, sanne)
    assert said(conversation) == []


# --- What the customer is told --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("2026-11-23T10:00", "zo snel mogelijk"),
        ("2026-11-23T20:00", "dinsdag 24 november om 09.00 uur"),
        ("2026-11-28T17:00", "maandag 30 november om 09.00 uur"),
        ("2026-12-24T22:00", "maandag 28 december om 09.00 uur"),  # Christmas on Friday and Saturday
        ("2026-04-26T12:00", "dinsdag 28 april om 09.00 uur"),  # the Sunday before Koningsdag
    ],
)
def test_the_next_step_counts_opening_hours_and_holidays_in(ticket: Ticket, at: str, words: str) -> None:
    assert words in next_step(ticket, datetime.fromisoformat(at).replace(tzinfo=ZONE))


def test_the_next_step_of_a_ticket_that_somebody_has(ticket: Ticket, sanne: Employee) -> None:
    assert "Sanne" in next_step(services.take_over(ticket.pk, sanne))
    assert next_step(services.close(ticket.pk, sanne)) == "Dit ticket is gesloten."


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("2026-11-23T10:00", "Een medewerker belt u zo snel mogelijk, of schrijft u hier."),
        ("2026-12-24T22:00", "maandag 28 december om 09.00 uur en bellen u daarna."),
    ],
)
def test_the_next_step_of_who_wants_to_be_called(ticket: Ticket, at: str, words: str) -> None:
    ticket.wish = Wish.CALL_BACK
    assert next_step(ticket, datetime.fromisoformat(at).replace(tzinfo=ZONE)).endswith(words)


def test_where_nobody_can_write_back_the_customer_gets_phone_and_mail(conversation: Conversation) -> None:
    conversation.is_live = False
    conversation.save()
    ticket, _ = services.open_ticket(conversation, Reason.REQUESTED)
    words = next_step(ticket)
    assert "030 123 45 67" in words
    assert "service@lindenhof.example" in words


def test_a_ticket_as_json(ticket: Ticket) -> None:
    body = as_json(ticket)
    opened = datetime.fromisoformat(body.pop("opened_at"))
    assert opened.utcoffset() in {timedelta(hours=1), timedelta(hours=2)}
    assert body.pop("next_step")
    assert body == {
        "number": ticket.number,
        "state": "open",
        "reason": "requested",
        "conversation": ticket.conversation.external_id,
        "closed_at": None,
        "employee": None,
        "wish": None,
        "callback": None,
    }
