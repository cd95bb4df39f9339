"""Targets for the first answer and the solution, in business time."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from callbacks.models import CallOutcome
from callbacks.services import record_call
from conversations.models import Conversation, Message
from conversations.store import add_customer_message, begin, locked
from deadlines.escalation import escalate_due, escalated_tickets
from deadlines.models import Deadline, DeadlineKind
from deadlines.presentation import standing
from deadlines.targets import moments
from employees.models import Employee
from organisation.business_time import add, between
from organisation.loader import current
from tickets import services, snooze
from tickets.facts import TicketFacts
from tickets.models import HistoryEntry, Priority, Reason, Ticket
from tickets.priority import change_priority
from tickets.transfer import transfer_to_queue

pytestmark = pytest.mark.django_db
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(timezone, "now", lambda: clock.now)
    # A field keeps the function itself.
    for model in (HistoryEntry, Message):
        monkeypatch.setattr(model._meta.get_field("at"), "_get_default", lambda: clock.now)
    return clock


class Clock:
    """A Wednesday morning; tests move it."""

    now = at("2026-11-25T10:00")


@pytest.fixture
def ticket(clock: Clock, conversation: Conversation) -> Ticket:
    return services.request_human(conversation)


def deadline(ticket: Ticket, kind: str) -> Deadline:
    return Deadline.objects.get(ticket=ticket, kind=kind)


def test_targets_count_from_the_request_in_opening_hours(ticket: Ticket) -> None:
    assert deadline(ticket, "first_answer").due_at == at("2026-11-25T11:00")
    # 24 hours: 7.5 left on Wednesday, 12 on Thursday, 4.5 on Friday.
    assert deadline(ticket, "solution").due_at == at("2026-11-27T13:30")
    assert deadline(ticket, "first_answer").warn_at == at("2026-11-25T10:45")


def test_a_request_at_night_counts_from_the_next_opening(clock: Clock) -> None:
    clock.now = at("2026-12-24T22:00")
    night = services.request_human(begin("web"))
    assert deadline(night, "first_answer").due_at == at("2026-12-28T10:00")


@pytest.mark.parametrize("priority", list(Priority))
def test_each_priority_has_its_own_targets(ticket: Ticket, sanne: Employee, priority: Priority) -> None:
    change_priority(ticket.pk, sanne, priority)
    for kind in (DeadlineKind.FIRST_ANSWER, DeadlineKind.SOLUTION):
        due, warn = moments(kind, priority, ticket.queued_at, timedelta())
        kept = deadline(ticket, kind)
        assert (kept.due_at, kept.warn_at) == (due, warn)
    assert deadline(ticket, "first_answer").due_at <= deadline(ticket, "solution").due_at


def test_the_first_answer_ends_the_first_and_closing_the_second(
    clock: Clock, ticket: Ticket, sanne: Employee
) -> None:
    services.take_over(ticket.pk, sanne)
    clock.now = at("2026-11-25T10:20")
    for number in range(2):
        services.reply(ticket.pk, sanne, "Goedemorgen", str(number))
    assert deadline(ticket, "first_answer").ended_at == clock.now
    assert deadline(ticket, "solution").ended_at is None
    clock.now = at("2026-11-25T10:40")
    services.close(ticket.pk, sanne)
    assert deadline(ticket, "solution").ended_at == clock.now
    assert deadline(ticket, "first_answer").ended_at == at("2026-11-25T10:20")


def test_a_ticket_that_is_opened_again_has_new_deadlines(
    clock: Clock, ticket: Ticket, sanne: Employee
) -> None:
    services.take_over(ticket.pk, sanne)
    services.close(ticket.pk, sanne)
    clock.now = at("2026-11-26T09:30")
    assert services.request_human(ticket.conversation) == ticket
    answer = deadline(ticket, "first_answer")
    assert (answer.ended_at, answer.escalated_at, answer.due_at) == (None, None, at("2026-11-26T10:30"))


def test_putting_aside_pauses_the_solution_only(clock: Clock, ticket: Ticket, sanne: Employee) -> None:
    services.take_over(ticket.pk, sanne)
    before = {found.kind: found.due_at for found in ticket.deadlines.all()}
    snooze.snooze(ticket.pk, sanne, at("2026-11-26T12:00"), "wacht op de leverancier")
    assert Deadline.objects.running().get().kind == "first_answer"
    clock.now = at("2026-11-26T12:00")
    assert snooze.wake_due() == 1
    hours = current().opening_hours
    aside = between(hours, at("2026-11-25T10:00"), clock.now)
    assert aside == timedelta(hours=10, minutes=30)
    assert deadline(ticket, "solution").due_at == add(hours, before[DeadlineKind.SOLUTION], aside)
    assert deadline(ticket, "first_answer").due_at == before[DeadlineKind.FIRST_ANSWER]


def test_longer_aside_counts_both_times(clock: Clock, ticket: Ticket, sanne: Employee) -> None:
    services.take_over(ticket.pk, sanne)
    snooze.snooze(ticket.pk, sanne, at("2026-11-25T12:00"), "wacht")
    clock.now = at("2026-11-25T11:00")
    snooze.snooze(ticket.pk, sanne, at("2026-11-25T14:00"), "wacht langer")
    clock.now = at("2026-11-25T13:00")
    snooze.wake(ticket.pk, sanne)
    assert deadline(ticket, "solution").paused == timedelta(hours=3)


def test_supervisors_are_told_before_it_is_late_and_once(clock: Clock, ticket: Ticket) -> None:
    clock.now = at("2026-11-25T10:44")
    assert (escalate_due(), escalated_tickets()) == (0, 0)
    clock.now = at("2026-11-25T10:45")
    assert clock.now < deadline(ticket, "first_answer").due_at
    assert (escalate_due(), escalated_tickets()) == (1, 1)
    assert escalate_due() == 0
    entry = HistoryEntry.objects.get(kind="escalated")
    assert entry.detail["deadline"] == "first_answer"


def test_what_is_done_or_put_aside_is_not_escalated(clock: Clock, ticket: Ticket, sanne: Employee) -> None:
    services.take_over(ticket.pk, sanne)
    services.reply(ticket.pk, sanne, "Goedemorgen", "a")
    snooze.snooze(ticket.pk, sanne, at("2026-12-10T10:00"), "wacht")
    clock.now = at("2026-12-09T10:00")
    assert escalate_due() == 0
    clock.now = at("2026-12-10T10:00")
    snooze.wake_due()
    assert escalate_due() == 0
    clock.now = at("2026-12-14T10:00")
    assert escalate_due() == 2, "the solution, and the answer that was promised for when it came back"
    assert escalated_tickets() == 1
    services.close(ticket.pk, sanne)
    assert escalated_tickets() == 0


def test_higher_priority_brings_the_warning_forward(clock: Clock, ticket: Ticket, sanne: Employee) -> None:
    clock.now = at("2026-11-25T10:20")
    assert escalate_due() == 0
    change_priority(ticket.pk, sanne, Priority.URGENT)
    assert escalate_due() == 1


@pytest.mark.parametrize(
    ("moment", "level"), [("10:44", "on_time"), ("10:45", "soon"), ("10:59", "soon"), ("11:00", "late")]
)
def test_the_standing_is_one_word(clock: Clock, ticket: Ticket, moment: str, level: str) -> None:
    clock.now = at(f"2026-11-25T{moment}")
    shown = standing(ticket)
    assert shown is not None
    assert (shown.kind, shown.level) == ("first_answer", level)


def test_nothing_is_due_any_more_when_it_is_closed(ticket: Ticket, sanne: Employee) -> None:
    services.take_over(ticket.pk, sanne)
    services.close(ticket.pk, sanne)
    assert standing(Ticket.objects.get(pk=ticket.pk)) is None


def test_a_wish_for_mail_gives_more_time(clock: Clock) -> None:
    later, _ = services.open_ticket(begin("web"), Reason.REQUESTED, facts=TicketFacts(wish="email"))
    assert deadline(later, "first_answer").due_at == at("2026-11-25T14:00")


# --- The next answer ------------------------------------------------------------------------------------------------


@pytest.fixture
def answered(clock: Clock, ticket: Ticket, sanne: Employee) -> Ticket:
    """Taken and answered at ten o'clock."""
    services.take_over(ticket.pk, sanne)
    services.reply(ticket.pk, sanne, "Ik zoek het uit.", "a")
    return ticket


def writes(ticket: Ticket, client_id: str) -> None:
    add_customer_message(ticket.conversation_id, client_id, "Hallo?")


def owed(ticket: Ticket) -> datetime | None:
    """By when the customer must have the next answer; None when nothing is owed."""
    found = Deadline.objects.filter(ticket=ticket, kind="next_answer", ended_at=None).first()
    return found and found.due_at


def test_what_the_customer_writes_after_the_first_answer_asks_for_the_next(
    clock: Clock, answered: Ticket, sanne: Employee
) -> None:
    assert owed(answered) is None
    for minute in (20, 30):
        clock.now = at(f"2026-11-25T10:{minute}")
        writes(answered, str(minute))
    assert owed(answered) == at("2026-11-25T11:20"), "from the first of them"
    clock.now = at("2026-11-25T11:05")
    assert (escalate_due(), HistoryEntry.objects.get(kind="escalated").detail["deadline"]) == (
        1,
        "next_answer",
    )
    services.reply(answered.pk, sanne, "Daar ben ik weer.", "b")
    assert (owed(answered), escalated_tickets()) == (None, 0)
    writes(answered, "c")
    assert owed(answered) == at("2026-11-25T12:05")


def test_before_the_first_answer_there_is_no_next_one(ticket: Ticket, sanne: Employee) -> None:
    writes(ticket, "a")
    services.take_over(ticket.pk, sanne)
    writes(ticket, "b")
    assert owed(ticket) is None


def test_putting_aside_is_an_answer_and_the_end_of_it_asks_for_the_next(
    clock: Clock, answered: Ticket, sanne: Employee
) -> None:
    writes(answered, "a")
    snooze.snooze(answered.pk, sanne, at("2026-11-25T15:00"), "wacht op de leverancier")
    assert owed(answered) is None
    clock.now = at("2026-11-25T15:00")
    assert snooze.wake_due() == 1
    assert owed(answered) == at("2026-11-25T16:00")


def test_who_writes_while_it_is_put_aside_is_owed_an_answer_once_it_is_back(
    answered: Ticket, sanne: Employee
) -> None:
    snooze.snooze(answered.pk, sanne, at("2026-11-25T15:00"), "wacht op de leverancier")
    writes(answered, "a")
    assert owed(answered) is None
    with locked(answered.conversation_id) as conversation:
        snooze.wake_for_customer(conversation)
    assert owed(answered) == at("2026-11-25T11:00")


def test_a_call_is_an_answer(answered: Ticket, sanne: Employee) -> None:
    writes(answered, "a")
    record_call(answered.pk, sanne, CallOutcome.SPOKEN, "a")
    assert owed(answered) is None


def test_a_colleague_who_goes_on_owes_an_answer(answered: Ticket, sanne: Employee) -> None:
    transfer_to_queue(answered.pk, sanne, "Ik ga naar huis")
    assert owed(answered) == at("2026-11-25T10:30"), "it has a high priority now"


def test_nothing_is_owed_after_the_end(answered: Ticket, sanne: Employee) -> None:
    writes(answered, "a")
    services.close(answered.pk, sanne)
    assert owed(answered) is None
    writes(answered, "b")
    assert owed(answered) is None
