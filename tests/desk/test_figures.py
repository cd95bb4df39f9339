"""Every figure by itself, with cases that were worked out by hand. Open on weekdays from 9 to 17.30 (`organisation.yml`)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone
from tests.desk.figures_support import Case, after, at

from closing.models import Cause, Outcome
from conversations.models import Conversation, Sender
from conversations.store import begin
from figures import collect
from figures.models import Contact, ConversationDay, CustomerMark
from figures.period import Period, latest
from figures.report import Figures, Report, Share
from organisation import loader
from organisation.opening_hours import Period as Hours
from tickets.models import HistoryKind, Reason, Ticket, Wish

pytestmark = pytest.mark.django_db

MONDAY = "2026-11-23"
WEEK = Period(date(2026, 11, 23), date(2026, 11, 29))
# Long after everything is settled.
LATER = at("2027-03-01T12:00")


def counted(period: Period = WEEK, now: datetime = LATER, topic: str | None = None) -> Figures:
    return report(period, now, topic).total()


def report(period: Period = WEEK, now: datetime = LATER, topic: str | None = None) -> Report:
    assert collect.collect(100, now)
    return Report(period, now, topic)


# --- Waiting time to a person (R9) ------------------------------------------------------------------------------------


def test_share_within_180_seconds() -> None:
    for seconds in (1, 180, 181, 600):
        Case(f"{MONDAY}T10:00").taken(after(f"{MONDAY}T10:00", seconds))
    found = counted()
    assert found.prompt == Share(2, 4)
    assert found.is_slow


def test_nineteen_of_twenty_is_enough() -> None:
    for number in range(20):
        Case(f"{MONDAY}T10:00").taken(after(f"{MONDAY}T10:00", 30 if number else 300))
    found = counted()
    assert (found.prompt.value, found.is_slow) == (0.95, False)


def test_nobody_asked_is_no_share_and_no_warning() -> None:
    assert (counted().prompt.value, counted().is_slow) == (None, False)


def test_requests_outside_opening_hours_do_not_count_in_the_share() -> None:
    Case(f"{MONDAY}T08:59:59").taken(f"{MONDAY}T09:00:10")
    Case(f"{MONDAY}T09:00:00").taken(f"{MONDAY}T09:00:10")
    Case(f"{MONDAY}T17:30:00").taken("2026-11-24T09:00")
    found = counted()
    assert (found.requests, found.prompt) == (3, Share(1, 1))


def test_who_asks_just_before_closing_and_waits_overnight_was_not_helped_within_180_seconds() -> None:
    Case(f"{MONDAY}T17:29").taken("2026-11-24T09:00:30")
    assert counted().prompt == Share(0, 1)
    contact = Contact.objects.get()
    assert (contact.waited_seconds, contact.business_seconds) == (55890, 90)


@pytest.mark.parametrize(
    ("opened", "taken", "on_the_clock"),
    [
        # The night of 25 October 2026 has 25 hours, that of 28 March 2026 has 23.
        ("2026-10-24T23:00", "2026-10-25T04:00", 6 * 3600),
        ("2026-03-28T23:00", "2026-03-29T04:00", 4 * 3600),
    ],
)
def test_daylight_saving_is_counted_in(
    monkeypatch: pytest.MonkeyPatch, opened: str, taken: str, on_the_clock: int
) -> None:
    always = replace(
        loader.current().opening_hours, week={day: [Hours.parse("00:00-24:00")] for day in range(7)}
    )
    organisation = replace(loader.current(), opening_hours=always)
    monkeypatch.setattr(collect, "current", lambda: organisation)
    Case(opened).taken(taken)
    collect.collect(1, LATER)
    contact = Contact.objects.get()
    assert (contact.waited_seconds, contact.business_seconds) == (on_the_clock, on_the_clock)


def test_a_request_belongs_to_its_day_in_the_netherlands() -> None:
    Case("2026-11-24T00:30")  # 23.30 the day before in UTC
    Case("2026-10-25T23:59")
    collect.collect(1, LATER)
    assert sorted(Contact.objects.values_list("opened_on", flat=True)) == [
        date(2026, 10, 25),
        date(2026, 11, 24),
    ]


def test_who_still_waits_counts_once_it_is_too_late() -> None:
    Case(f"{MONDAY}T10:00")
    assert counted(now=at(f"{MONDAY}T10:03:00")).prompt == Share(0, 0)
    assert counted(now=at(f"{MONDAY}T10:03:01")).prompt == Share(0, 1)


def test_who_left_before_180_seconds_does_not_count_and_who_left_later_was_too_late() -> None:
    Case(f"{MONDAY}T10:00").closed(f"{MONDAY}T10:02", outcome=None)
    assert counted().prompt == Share(0, 0)
    Case(f"{MONDAY}T10:00").closed(f"{MONDAY}T10:05", outcome=None)
    assert counted().prompt == Share(0, 1)


def test_who_chose_to_be_called_at_once_does_not_wait_in_the_chat() -> None:
    Case(f"{MONDAY}T10:00", wish=Wish.CALL_BACK).taken(f"{MONDAY}T15:00")
    chose = Case(f"{MONDAY}T10:00", wish=Wish.EMAIL)
    chose.entry(HistoryKind.DETAILS_ADDED, f"{MONDAY}T10:03", fields=["wish"]).taken(f"{MONDAY}T15:00")
    assert counted().prompt == Share(0, 0)


def test_who_was_offered_a_call_after_waiting_in_vain_did_wait() -> None:
    case = Case(f"{MONDAY}T10:00", wish=Wish.CALL_BACK)
    case.entry(HistoryKind.DETAILS_ADDED, f"{MONDAY}T10:03:01", fields=["wish"]).taken(f"{MONDAY}T15:00")
    assert counted().prompt == Share(0, 1)


def test_each_time_has_the_wish_that_it_had() -> None:
    case = Case(f"{MONDAY}T10:00").taken(f"{MONDAY}T15:00").closed(f"{MONDAY}T16:00")
    case.reopened("2026-11-24T10:00", wish_before=Wish.CALL_BACK).taken("2026-11-24T10:01")
    assert counted().prompt == Share(1, 1)


def test_half_and_nine_in_ten_waited_at_most() -> None:
    for seconds in range(10, 110, 10):
        Case(f"{MONDAY}T10:00").taken(after(f"{MONDAY}T10:00", seconds))
    Case(f"{MONDAY}T18:00").taken("2026-11-24T09:05")
    assert report().wait() == (50, 90)
    assert report().wait_after_hours() == 300
    assert report(latest(1, date(2026, 1, 1))).wait() == (None, None)


def test_a_transfer_is_no_new_request_and_the_first_employee_counts() -> None:
    case = Case(f"{MONDAY}T10:00").taken(f"{MONDAY}T10:01")
    case.entry(HistoryKind.TRANSFERRED, f"{MONDAY}T10:05", to=None).taken(f"{MONDAY}T11:00")
    found = counted()
    assert (found.requests, found.prompt) == (1, Share(1, 1))
    assert Contact.objects.get().transfers == 1


def test_a_reopened_ticket_is_another_request_with_its_own_wait() -> None:
    case = Case(f"{MONDAY}T10:00").taken(f"{MONDAY}T10:01").closed(f"{MONDAY}T10:30")
    case.reopened("2026-11-24T10:00", Reason.FRUSTRATED).taken("2026-11-24T10:10")
    found = report()
    assert (found.total().requests, found.total().prompt) == (2, Share(1, 2))
    assert found.by_reason() == [("frustrated", 1), ("requested", 1)]


# --- First-contact resolution (R39) -----------------------------------------------------------------------------------


def solved(day: str, **fields: object) -> Case:
    return Case(f"{day}T10:00", **fields).taken(f"{day}T10:01").closed(f"{day}T11:00")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("verified", {"customer_number": "K100001", "postcode": "3511 AB"}),
        ("verified", {"order_number": "400123456", "postcode": "3511 AB"}),
        ("phone", "+31612345678"),
        ("email", "klant@example.nl"),
    ],
)
def test_the_same_customer_is_known_by_what_was_proven_or_given(field: str, value: object) -> None:
    solved(MONDAY, **{field: value})
    assert counted().first_contact == Share(1, 1)
    Case("2026-11-27T10:00", **{field: value})
    assert counted().first_contact == Share(0, 1)


def test_without_any_of_these_it_is_the_conversation() -> None:
    first = solved(MONDAY)
    Case("2026-11-27T10:00")
    assert counted().first_contact == Share(1, 1)
    Case("2026-11-27T10:00", conversation=first.conversation)
    assert counted().first_contact == Share(0, 1)


def test_a_postcode_or_an_unproven_number_does_not_make_a_customer_the_same() -> None:
    solved(MONDAY, verified={"postcode": "3511 AB"}, entities={"order_number": "400123456"})
    Case("2026-11-27T10:00", verified={"postcode": "3511 AB"}, entities={"order_number": "400123456"})
    assert counted().first_contact == Share(1, 1)


def test_seven_days_decide() -> None:
    solved(MONDAY, phone="+31612345678")
    Case("2026-11-30T11:00:01", phone="+31612345678")
    assert counted().first_contact == Share(1, 1)
    Case("2026-11-30T10:59:59", phone="+31612345678")
    assert counted().first_contact == Share(0, 1)


def test_a_contact_that_was_going_on_already_is_no_new_one() -> None:
    Case(f"{MONDAY}T10:30", phone="+31612345678")
    solved(MONDAY, phone="+31612345678")
    assert counted().first_contact == Share(1, 1)


def test_what_is_not_seven_days_ago_is_not_known_yet() -> None:
    solved(MONDAY)
    assert counted(now=at("2026-11-30T11:00:00")).first_contact == Share(0, 0)
    assert counted(now=at("2026-11-30T11:00:01")).first_contact == Share(1, 1)


def test_opening_the_ticket_again_is_a_new_contact() -> None:
    solved(MONDAY).reopened("2026-11-25T10:00").taken("2026-11-25T10:01").closed("2026-11-25T10:10")
    assert counted().first_contact == Share(1, 2)


@pytest.mark.parametrize("outcome", [Outcome.NOT_SOLVED, Outcome.REFERRED, Outcome.NO_ANSWER])
def test_only_solved_is_solved_giving_up_never_is(outcome: Outcome) -> None:
    Case(f"{MONDAY}T10:00").taken(f"{MONDAY}T10:01").closed(f"{MONDAY}T11:00", outcome)
    found = counted()
    assert (found.first_contact, found.solved) == (Share(0, 1), Share(0, 1))


def test_a_transfer_between_colleagues_is_still_one_contact() -> None:
    case = Case(f"{MONDAY}T10:00").taken(f"{MONDAY}T10:01")
    case.entry(HistoryKind.TRANSFERRED, f"{MONDAY}T10:05", to="Joris").closed(f"{MONDAY}T11:00")
    assert counted().first_contact == Share(1, 1)


def test_by_what_a_customer_is_known_is_hashed_and_forgotten() -> None:
    solved(MONDAY, phone="+31612345678")
    collect.collect(1, at("2026-12-01T10:59"))
    marks = list(CustomerMark.objects.values_list("digest", flat=True))
    assert len(marks) == 2
    assert not any("612345678" in mark for mark in marks)
    collect.collect(1, at("2026-12-01T11:01"))
    assert not CustomerMark.objects.exists()


# --- Outcomes, causes, abandonment ------------------------------------------------------------------------------------


def test_causes_count_once_per_closing_with_an_outcome() -> None:
    delivery = Cause.objects.get(name="Bezorging")
    for cause in (delivery, delivery, None):
        Case(f"{MONDAY}T10:00").taken(f"{MONDAY}T10:01").closed(f"{MONDAY}T11:00", cause=cause)
    Case(f"{MONDAY}T10:00").taken(f"{MONDAY}T10:01").closed(f"{MONDAY}T11:00", outcome=None)
    found = report()
    assert found.by_cause() == [("Bezorging", 2), (None, 1)]
    assert found.total().closed == 4
    assert found.total().outcomes == {"": 1, "solved": 3, "not_solved": 0, "referred": 0, "no_answer": 0}


def test_who_left_before_anybody_took_it_has_abandoned() -> None:
    Case(f"{MONDAY}T10:00").closed(f"{MONDAY}T12:00", outcome=None)
    silent = Case(f"{MONDAY}T10:00").wrote(f"{MONDAY}T10:00:30").taken(f"{MONDAY}T10:20")
    silent.closed(f"{MONDAY}T10:40", Outcome.NO_ANSWER)
    spoke = Case(f"{MONDAY}T10:00").taken(f"{MONDAY}T10:20").wrote(f"{MONDAY}T10:21")
    spoke.closed(f"{MONDAY}T10:40", Outcome.NO_ANSWER)
    Case(f"{MONDAY}T10:00").taken(f"{MONDAY}T10:20").closed(f"{MONDAY}T10:40")
    Case(f"{MONDAY}T10:00")
    assert counted().abandoned == Share(2, 4)


def test_a_ticket_that_went_on_in_another_is_no_end_of_its_own() -> None:
    Case(f"{MONDAY}T10:00").closed(f"{MONDAY}T10:20", outcome=None, kind=HistoryKind.MERGED_INTO)
    found = counted()
    assert (found.requests, found.closed, found.abandoned) == (1, 0, Share(0, 0))


def test_handing_back_is_an_end() -> None:
    Case(f"{MONDAY}T10:00").taken(f"{MONDAY}T10:01").closed(f"{MONDAY}T10:20", kind=HistoryKind.HANDED_BACK)
    assert counted().solved == Share(1, 1)


# --- Satisfaction -----------------------------------------------------------------------------------------------------


def test_satisfaction_is_the_mean_of_who_answered_and_silence_is_no_answer() -> None:
    for score in (5, 2, None):
        case = solved(MONDAY)
        if score:
            case.rated(f"{MONDAY}T11:05", score)
    found = counted()
    assert (found.score, found.answered) == (3.5, Share(2, 3))
    assert report().by_score() == {2: 1, 5: 1}


def test_who_could_not_be_asked_does_not_count_as_silent() -> None:
    case = solved(MONDAY)
    Conversation.objects.filter(pk=case.conversation.pk).update(is_live=False)
    Case(f"{MONDAY}T10:00").taken(f"{MONDAY}T10:01").closed(f"{MONDAY}T11:00", outcome=None)
    found = counted()
    assert (found.answered, found.score) == (Share(0, 0), None)


def test_an_answer_belongs_to_the_closing_before_it() -> None:
    case = solved(MONDAY).reopened("2026-11-30T09:30").taken("2026-11-30T09:31").closed("2026-11-30T10:00")
    case.rated("2026-11-30T10:05", 1)
    assert counted().score is None
    assert counted(Period(date(2026, 11, 30), date(2026, 11, 30))).score == 1


# --- Conversations ----------------------------------------------------------------------------------------------------


def test_conversations_without_a_person_are_counted_and_never_called_solved() -> None:
    for moment, speaks, asks in [
        (f"{MONDAY}T10:00", True, False),
        (f"{MONDAY}T23:59", True, True),
        (f"{MONDAY}T12:00", False, True),
        (f"{MONDAY}T12:00", False, False),  # opened the chat and left
        ("2026-11-30T00:00", True, False),
    ]:
        conversation = begin("web")
        Conversation.objects.filter(pk=conversation.pk).update(created_at=at(moment))
        if speaks:
            conversation.messages.create(sender=Sender.CUSTOMER, text="Hallo", at=at(moment))
        if asks:
            Ticket.objects.create(conversation=conversation, reason=Reason.REQUESTED)
    collect.count_conversations()
    assert report().conversations().alone == Share(1, 3)
    collect.count_conversations()
    assert report().conversations().alone == Share(1, 3)


def test_days_that_were_counted_stay_when_conversations_are_erased() -> None:
    conversation = begin("web")
    long_ago = timezone.now() - timedelta(days=60)
    Conversation.objects.filter(pk=conversation.pk).update(created_at=long_ago)
    conversation.messages.create(sender=Sender.CUSTOMER, text="Hallo")
    collect.count_conversations()
    conversation.delete()
    collect.count_conversations()
    assert ConversationDay.objects.get().spoken == 1


# --- Periods, topics, and keeping up ----------------------------------------------------------------------------------


def test_by_day_and_by_topic() -> None:
    solved(MONDAY, intent="track_order")
    Case("2026-11-25T10:00", intent="track_order").taken("2026-11-25T10:10")
    Case("2026-11-25T10:00")
    found = report()
    assert [(str(day), row.requests) for day, row in found.by_day()] == [
        ("2026-11-23", 1), ("2026-11-24", 0), ("2026-11-25", 2), ("2026-11-26", 0),
        ("2026-11-27", 0), ("2026-11-28", 0), ("2026-11-29", 0),
    ]  # fmt: skip
    assert [(topic, row.requests, row.prompt) for topic, row in found.by_topic()] == [
        ("track_order", 2, Share(1, 2)),
        ("", 1, Share(0, 1)),
    ]
    assert counted(topic="track_order").requests == 2
    assert counted(topic="").requests == 1


def test_the_period_before_is_as_long_and_ends_the_day_before() -> None:
    assert WEEK.before == Period(date(2026, 11, 16), date(2026, 11, 22))
    assert (WEEK.days, latest(7, date(2026, 11, 29))) == (7, WEEK)


def test_counting_again_changes_nothing_and_sees_what_is_new() -> None:
    case = Case(f"{MONDAY}T10:00")
    assert counted().requests == 1
    case.taken(f"{MONDAY}T10:01")
    assert counted().prompt == Share(1, 1)
    before = list(Contact.objects.values())
    collect.collect(1, LATER)
    assert list(Contact.objects.values()) == before


def test_many_tickets_are_read_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collect, "BATCH", 2)
    monkeypatch.setattr(collect, "_OVERLAP", 1)
    long = Case(f"{MONDAY}T10:00")
    for _ in range(6):
        Case(f"{MONDAY}T10:00").taken(f"{MONDAY}T10:01")
    long.taken(f"{MONDAY}T12:00")
    runs = 1
    while not collect.collect(1, LATER):
        runs += 1
    assert runs > 3
    assert Contact.objects.count() == 7
    assert Report(WEEK, LATER).total().prompt == Share(6, 7)


def test_figures_survive_the_ticket() -> None:
    case = solved(MONDAY, phone="+31612345678")
    before = counted()
    case.ticket.delete()
    assert counted() == before
    assert Contact.objects.get().ticket is None
