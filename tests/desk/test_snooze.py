"""A ticket is put aside and comes back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.desk.conftest import said

from conversations.models import Conversation
from conversations.store import add_customer_message
from employees.models import Employee
from tickets import services, snooze
from tickets.models import Ticket
from turns import leases, steps

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def ticket(conversation: Conversation, sanne: Employee) -> Ticket:
    return services.take_over(services.request_human(conversation).pk, sanne)


@pytest.fixture
def snoozed(ticket: Ticket, sanne: Employee) -> Ticket:
    return snooze.snooze(ticket.pk, sanne, timezone.now() + HOUR, "Wacht op de leverancier")


def test_the_customer_hears_when_and_colleagues_why(conversation: Conversation, snoozed: Ticket) -> None:
    assert snoozed.snoozed_until is not None
    moment = timezone.localtime(snoozed.snoozed_until)
    assert f"om {moment:%H.%M} uur verder met uw vraag" in said(conversation)[-1].text
    assert (snoozed.notes.get().kind, snoozed.notes.get().text) == ("snooze", "Wacht op de leverancier")
    assert snoozed.history.get(kind="snoozed").detail["until"]
    assert not Ticket.objects.awake().exists()


def test_it_comes_back_by_itself_and_once(snoozed: Ticket) -> None:
    assert snooze.wake_due() == 0
    Ticket.objects.update(snoozed_until=timezone.now() - timedelta(seconds=1))
    assert snooze.wake_due() == 1
    assert snooze.wake_due() == 0
    assert snoozed.history.get(kind="woken").detail == {"cause": "time"}
    assert Ticket.objects.awake().get() == snoozed


def test_it_comes_back_when_the_customer_writes(conversation: Conversation, snoozed: Ticket) -> None:
    add_customer_message(conversation.pk, "a", "Weet u al meer?")
    lease = leases.claim(conversation.pk)
    assert lease is not None
    assert steps.next_turn(lease) is None
    assert Ticket.objects.awake().get() == snoozed
    assert snoozed.history.get(kind="woken").detail == {"cause": "customer"}


def test_the_employee_can_go_on_earlier(snoozed: Ticket, sanne: Employee, joris: Employee) -> None:
    with pytest.raises(services.NotYours):
        snooze.wake(snoozed.pk, joris)
    for _ in range(2):
        assert snooze.wake(snoozed.pk, sanne).snoozed_until is None
    assert snoozed.history.filter(kind="woken").count() == 1


@pytest.mark.parametrize("offset", [timedelta(), -HOUR, timedelta(days=91)])
def test_a_moment_that_cannot_be_is_refused(ticket: Ticket, sanne: Employee, offset: timedelta) -> None:
    with pytest.raises(snooze.WrongMoment):
        snooze.snooze(ticket.pk, sanne, timezone.now() + offset, "later")


def test_only_with_a_reason_and_ones_own(ticket: Ticket, sanne: Employee, joris: Employee) -> None:
    with pytest.raises(ValueError, match="empty or too long"):
        snooze.snooze(ticket.pk, sanne, timezone.now() + HOUR, " ")
    with pytest.raises(services.NotYours):
        snooze.snooze(ticket.pk, joris, timezone.now() + HOUR, "later")


def test_closing_ends_it(snoozed: Ticket, sanne: Employee) -> None:
    services.close(snoozed.pk, sanne)
    Ticket.objects.filter(snoozed_until=None).get(pk=snoozed.pk)
