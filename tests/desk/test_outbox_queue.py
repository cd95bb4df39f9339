"""Who sends which delivery, when it is tried again, and when it is given up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings
from tests.desk.outbox_support import a_ticket, make_due

from conversations.store import add_customer_message
from employees.models import Employee
from outbox import queue
from outbox.jobs import _job
from outbox.models import Delivery, DeliveryState, DestinationName
from outbox.presentation import alarm_count, lines_of
from outbox.problems import DeliveryProblem
from tickets.models import Ticket
from tickets.services import take_over

pytestmark = pytest.mark.django_db
WEBHOOK = DestinationName.WEBHOOK
MAIL = DestinationName.TICKET_MAIL
DOWN = DeliveryProblem("unreachable")


@pytest.fixture(autouse=True)
def two_destinations(settings: Settings) -> None:
    settings.OUTBOX_WEBHOOK_URL = "https://hook.example"
    settings.OUTBOX_TICKET_MAIL_TO = "tickets@lindenhof.example"


def claimed(destination: DestinationName = WEBHOOK) -> Delivery:
    delivery = queue.claim(destination)
    assert delivery is not None
    return delivery


def test_each_destination_hears_of_each_change_and_message(sanne: Employee) -> None:
    ticket = a_ticket()
    take_over(ticket.pk, sanne)
    add_customer_message(ticket.conversation_id, "b", "Hallo?")
    told = list(ticket.deliveries.values_list("destination", "kind").order_by("destination", "id"))
    assert told == [(name, kind) for name in (MAIL, WEBHOOK) for kind in ("change", "change", "message")]


def test_the_same_message_again_is_told_once() -> None:
    ticket = a_ticket()
    for _ in range(2):
        add_customer_message(ticket.conversation_id, "b", "Hallo?")
    assert ticket.deliveries.filter(kind="message").count() == 2


def test_what_is_rolled_back_is_not_told() -> None:
    with transaction.atomic():
        a_ticket()
        transaction.set_rollback(True)
    assert not Delivery.objects.exists()


def test_a_customer_without_a_ticket_is_not_told_about() -> None:
    ticket = a_ticket()
    Ticket.objects.update(state="closed")
    add_customer_message(ticket.conversation_id, "b", "Nog een vraag")
    assert not Delivery.objects.filter(kind="message").exists()


def test_one_ticket_goes_in_order_and_others_need_not_wait(sanne: Employee) -> None:
    first, second = a_ticket(), a_ticket()
    take_over(first.pk, sanne)
    assert [claimed().ticket, claimed().ticket] == [first, second]
    assert queue.claim(WEBHOOK) is None
    assert claimed(MAIL).ticket == first


def test_a_failed_one_holds_up_its_ticket_until_somebody_decides(sanne: Employee) -> None:
    ticket = a_ticket()
    take_over(ticket.pk, sanne)
    queue.did_not_arrive(claimed(), DeliveryProblem("refused", "422", is_final=True))
    make_due()
    assert queue.claim(WEBHOOK) is None
    failed = Delivery.objects.filter(state=DeliveryState.FAILED)
    assert alarm_count() == 1
    assert queue.skip(failed) == 1
    assert alarm_count() == 0
    delivery = claimed()
    assert delivery.entry is not None
    assert delivery.entry.kind == "taken"


def test_trying_again_begins_anew() -> None:
    a_ticket()
    queue.did_not_arrive(claimed(), DeliveryProblem("refused", "422", is_final=True))
    assert queue.try_again(Delivery.objects.all()) == 1
    assert claimed().attempts == 1
    # Only what was given up is tried again.
    assert queue.try_again(Delivery.objects.all()) == 0


def test_waits_grow_with_jitter_up_to_an_hour() -> None:
    delivery = a_ticket().deliveries.get(destination=WEBHOOK)
    for attempts, longest in ((1, 10), (2, 20), (5, 160), (9, 2560), (10, 3600), (1000, 3600)):
        waits = {queue.wait_after(attempts, DOWN).total_seconds() for _ in range(50)}
        assert longest / 2 <= min(waits) < max(waits) <= longest
    assert delivery.attempts == 0


def test_a_wish_to_wait_is_honoured_up_to_a_day() -> None:
    for asked, waited in ((600, 600), (10**9, 24 * 3600)):
        problem = DeliveryProblem("rate_limited", "429", retry_after=asked)
        assert queue.wait_after(1, problem).total_seconds() == waited


def test_it_is_given_up_after_the_hours_of_the_setting() -> None:
    a_ticket()
    Delivery.objects.update(tried_since=timezone.now() - timedelta(hours=23, minutes=58))
    queue.did_not_arrive(claimed(), DOWN)
    assert Delivery.objects.filter(state="failed").count() == 0
    make_due()
    Delivery.objects.update(tried_since=timezone.now() - timedelta(hours=24))
    queue.did_not_arrive(claimed(), DOWN)
    assert Delivery.objects.get(state="failed").destination == WEBHOOK
    assert alarm_count() == 1


def test_a_lease_ends_when_its_process_died_and_the_dead_one_decides_nothing() -> None:
    a_ticket()
    dead = claimed()
    assert queue.claim(WEBHOOK) is None
    Delivery.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    alive = claimed()
    assert (alive.pk, alive.attempts) == (dead.pk, 2)
    queue.did_not_arrive(dead, DeliveryProblem("refused", is_final=True))
    assert Delivery.objects.get(pk=dead.pk).state == DeliveryState.WAITING
    queue.arrived(alive)
    assert Delivery.objects.get(pk=dead.pk).state == DeliveryState.SENT


def test_an_open_page_looks_again_when_it_stands_otherwise() -> None:
    ticket = a_ticket()
    before = ticket.conversation.revision
    queue.arrived(claimed())
    ticket.conversation.refresh_from_db()
    assert ticket.conversation.revision > before


def test_a_ticket_shows_how_it_stands_at_each_destination() -> None:
    ticket = a_ticket()
    queue.arrived(claimed())
    queue.did_not_arrive(claimed(MAIL), DOWN)
    mail, hook = lines_of(ticket)
    assert (mail.state, mail.problem) == ("waiting", "E-mail naar de servicemailbox is niet bereikbaar.")
    assert (hook.state, hook.problem) == ("sent", "")


def test_each_destination_has_a_job_of_its_own() -> None:
    assert [_job(name).__name__ for name in DestinationName] == [
        "deliver_zammad",
        "deliver_ticket_mail",
        "deliver_webhook",
        "deliver_customer_mail",
    ]
