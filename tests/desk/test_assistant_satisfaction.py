"""One question after the help of the assistant alone: after a goodbye or quiet, once, never of who gave up with a person."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.desk.test_webchat_api import assert_refused
from tests.desk.web import Customer

from conversations.models import Conversation, Message, Sender, TurnState
from conversations.store import add, add_customer_message, locked
from figures import collect
from figures.period import Period
from figures.report import Report, Share
from retention.customer import Kept, export
from satisfaction.assistant import ask_who_is_quiet, is_goodbye
from satisfaction.models import AssistantQuestion
from turns.signals import turn_settled

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(client: Client) -> Customer:
    return Customer(client)


def says(customer: Customer, text: str) -> None:
    """Write a message that the assistant answers."""
    conversation = Conversation.objects.get(external_id=customer.conversation)
    message, _ = add_customer_message(conversation.pk, uuid.uuid4().hex, text)
    Message.objects.filter(pk=message.pk).update(turn_state=TurnState.ANSWERED)
    message.refresh_from_db()
    with locked(conversation.pk) as current:
        add(current, Sender.ASSISTANT, "Dat kan.", in_reply_to=message)
    turn_settled.send(Message, message=message, is_fallback=False)


def asked(customer: Customer) -> Any:
    return customer.read().json()["satisfaction"]


def answer(customer: Customer, about: str, **body: Any) -> Any:
    return customer.post("satisfaction", {"ticket": about, "score": 4} | body)


def helped(customer: Customer) -> str:
    """What is asked of a customer who was helped and says thanks."""
    says(customer, "Hoe laat gaat u open?")
    assert asked(customer) is None
    says(customer, "Bedankt!")
    about = asked(customer)
    assert isinstance(about, str)
    return about


@pytest.mark.parametrize("text", ["Bedankt!", "ok dank u wel", "Tot ziens", "Fijne dag nog", "dat was alles"])
def test_a_goodbye(text: str) -> None:
    assert is_goodbye(text)


@pytest.mark.parametrize(
    "text",
    [
        "Hoe laat?",
        "bedankt maar mijn pakket is er nog steeds niet",
        "Waar is mijn dagboek",
        "bedankt, en nu?",
    ],
)
def test_no_goodbye(text: str) -> None:
    assert not is_goodbye(text)


def test_thanks_bring_the_question_and_the_answer_is_kept_masked_once(customer: Customer) -> None:
    about = helped(customer)
    response = answer(customer, about, remark="Mijn wachtwoord is geheim123")
    assert (response.status_code, response.json()) == (201, {"ticket": about, "score": 4})
    kept = AssistantQuestion.objects.get()
    assert kept.score == 4
    assert "geheim123" not in kept.remark
    assert asked(customer) is None
    assert_refused(answer(customer, about, score=1), 409, "already_rated")
    says(customer, "Doei")
    assert asked(customer) is None, "asked once in a conversation"


def test_thanks_without_help_are_no_reason_to_ask(customer: Customer) -> None:
    says(customer, "Bedankt")
    assert asked(customer) is None


def test_the_question_steps_aside_while_the_conversation_goes_on(customer: Customer) -> None:
    about = helped(customer)
    says(customer, "Toch nog iets: wat kost verzenden?")
    assert asked(customer) is None
    says(customer, "Dank je")
    assert asked(customer) == about


def test_who_asks_for_a_person_is_not_asked_about_the_assistant(customer: Customer) -> None:
    helped(customer)
    customer.human()
    assert asked(customer) is None


def test_quiet_brings_the_question_after_a_while(
    customer: Customer, service_choices: Callable[..., None]
) -> None:
    says(customer, "Hoe laat gaat u open?")
    now = timezone.now()
    ask_who_is_quiet(now + timedelta(minutes=4))
    assert asked(customer) is None
    service_choices(ask_after_quiet_minutes=0)
    ask_who_is_quiet(now + timedelta(minutes=6))
    assert asked(customer) is None
    service_choices(ask_after_quiet_minutes=5)
    ask_who_is_quiet(now + timedelta(minutes=6))
    assert asked(customer) is not None


def test_who_wrote_nothing_or_got_no_answer_is_not_asked(customer: Customer) -> None:
    ask_who_is_quiet(timezone.now() + timedelta(minutes=6))
    assert asked(customer) is None
    says(customer, "hallo")
    Message.objects.filter(client_id__isnull=False).update(turn_state="failed")
    ask_who_is_quiet(timezone.now() + timedelta(minutes=6))
    assert asked(customer) is None


def test_only_what_was_asked_here_and_lately_can_be_answered(customer: Customer, client: Client) -> None:
    about = helped(customer)
    for wrong in ("A-0", "A-999999", "A-x", "A-"):
        assert_refused(answer(customer, wrong), 404, "not_found")
    assert_refused(answer(Customer(client), about), 404, "not_found")
    AssistantQuestion.objects.update(asked_at=timezone.now() - timedelta(days=8))
    assert asked(customer) is None
    assert_refused(answer(customer, about), 404, "not_found")


def test_resolved_is_who_said_so_and_never_asked_for_a_person(client: Client) -> None:
    for score, asks_later in ((5, False), (4, True), (2, False), (None, False)):
        customer = Customer(client)
        about = helped(customer)
        if score:
            assert answer(customer, about, score=score).status_code == 201
        if asks_later:
            customer.human()
    gave_up = Customer(client)
    says(gave_up, "Mijn pakket is zoek")
    collect.count_conversations()
    today = timezone.localdate()
    found = Report(Period(today, today), timezone.now()).conversations()
    assert (found.answered, found.resolved) == (Share(3, 4), Share(1, 3))
    assert found.alone == Share(4, 5)


def test_the_answer_is_part_of_what_a_customer_can_get(customer: Customer) -> None:
    answer(customer, helped(customer), remark="Snel")
    conversation = Conversation.objects.get()
    [exported] = export(Kept([], [conversation]))["conversations"]
    assert exported["satisfaction"] == {"score": 4, "remark": "Snel"}
