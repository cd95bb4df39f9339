"""What the assistant tells of its turns: taken in once, without a word of the customer, and shown to designers."""

from __future__ import annotations

import json
from typing import Any

import pika
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from tests.support.rabbitmq import RabbitMQ, rabbitmq  # noqa: F401 - a fixture

from conversations.models import Conversation, Message, Sender
from conversations.store import add
from employees.models import Employee
from employees.roles import Role, give_roles
from turnlog.incoming import store
from turnlog.jobs import take_in_turns
from turnlog.models import TurnRecord
from turnlog.rabbitmq import EXCHANGE, QUEUE, BrokerSilent, take_in
from turnlog.report import by_intent, least_certain, total
from understanding.models import Understanding


@pytest.fixture
def message(conversation: Conversation) -> Message:
    return add(conversation, Sender.CUSTOMER, "Waar blijft mijn pakket?")


def record(message: Message | int, **changes: Any) -> bytes:
    fields = {
        "version": 1,
        "conversation": "x",
        "message_id": message if isinstance(message, int) else message.pk,
        "at": timezone.now().timestamp(),
        "seconds": 0.25,
        "intents": [["track_order", 0.9], ["cancel_order", 0.05]],
        "understood": True,
        "actions": ["action_track_order"],
        "model": "abc",
    }
    return json.dumps(fields | changes).encode()


def test_a_record_is_kept_once_and_answers_what_the_desk_would_have_asked(message: Message) -> None:
    assert store([record(message)]) == 0
    assert store([record(message), record(message, model="other")]) == 0
    kept = TurnRecord.objects.get()
    assert (kept.message, kept.intent, kept.second) == (message, "track_order", "cancel_order")
    assert (kept.certainty, kept.seconds, kept.model) == (0.9, 0.25, "abc")
    assert kept.actions == ["action_track_order"]
    assert Understanding.objects.get().intent == "track_order"


def test_what_was_not_understood_is_still_asked_later(message: Message) -> None:
    store([record(message, understood=False)])
    assert not TurnRecord.objects.get().understood
    assert not Understanding.objects.exists()


def test_a_record_of_a_message_that_is_gone_is_passed_over(message: Message) -> None:
    assert store([record(message.pk + 1000), record(message)]) == 0
    assert TurnRecord.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"{",
        b"[" * 100_000,
        b"[]",
        b'{"version": 2}',
        record(1, version="1"),
        record(1, message_id="1"),
        record(1, message_id=True),
        record(1, message_id=2**70),
        record(1, intents={}),
        record(1, intents=[["a\0", 0.5]]),
        record(1, intents=[["a", 7]]),
        record(1, seconds=-1),
        record(1, seconds=float("nan")),
        record(1, at=1e300),
        record(1, actions=[1]),
        record(1, model=None),
        record(1, understood="yes"),
    ],
    ids=range(18),
)
def test_what_is_no_record_is_counted_and_keeps_nothing_else_out(wrong: bytes, message: Message) -> None:
    assert store([wrong, record(message)]) == 1
    assert TurnRecord.objects.count() == 1


def test_the_report_counts_by_intent(conversation: Conversation) -> None:
    since = timezone.now()
    for number, (certainty, rival) in enumerate([(0.9, "stop"), (0.3, "stop"), (0.3, "deny"), (0.2, "stop")]):
        said = add(conversation, Sender.CUSTOMER, f"vraag {number}")
        store(
            [
                record(
                    said,
                    intents=[["track_order", certainty], [rival, 0.1]],
                    understood=certainty > 0.25,
                    seconds=number + 1,
                )
            ]
        )
    counted = total(since)
    assert (counted.count, counted.not_understood, counted.half, counted.nineteen_in_twenty) == (4, 1, 2, 4)
    (row,) = by_intent(since)
    assert (row.intent, row.turns, row.not_understood, row.rival) == ("track_order", 4, 1, "stop")
    assert row.certainty == pytest.approx(0.425)
    assert next(iter(least_certain(since))).message.text == "vraag 3"
    assert total(timezone.now()).half is None


@pytest.mark.parametrize(("role", "sees_words"), [(Role.DESIGNER, True), (Role.SUPERVISOR, False)])
def test_the_page_shows_words_to_designers_only(
    client: Client, sanne: Employee, message: Message, role: Role, sees_words: bool
) -> None:
    give_roles(sanne, [role])
    client.force_login(sanne)
    assert "geen beurten gemeld" in client.get("/balie/assistent/").content.decode()
    store([record(message)])
    page = client.get("/balie/assistent/", {"dagen": "1"}).content.decode()
    assert "90,0" in page
    assert (message.text in page) is sees_words
    assert client.get("/balie/assistent/", {"dagen": "x"}).status_code == 200


@pytest.mark.servers
def test_records_leave_the_queue_when_they_are_kept(rabbitmq: RabbitMQ, message: Message) -> None:  # noqa: F811
    assert take_in(rabbitmq.url) == 0  # makes the queue
    connection = pika.BlockingConnection(pika.URLParameters(rabbitmq.url))
    channel = connection.channel()
    for body in (record(message), b"geen", record(message)):
        channel.basic_publish(EXCHANGE, "", body)
    channel.queue_declare(QUEUE, durable=True, passive=True)
    assert take_in(rabbitmq.url) == 3
    assert TurnRecord.objects.count() == 1
    assert take_in(rabbitmq.url) == 0
    connection.close()


def test_a_broker_that_is_down_is_asked_again_later(db: None, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(BrokerSilent):
        take_in("amqp://127.0.0.1:1")
    settings.BROKER_URL, before = "amqp://127.0.0.1:1", settings.BROKER_URL
    try:
        take_in_turns()
    finally:
        settings.BROKER_URL = before
