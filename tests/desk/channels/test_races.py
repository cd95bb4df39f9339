"""Deliveries that come at the same time: vendors call several times at once, and again when an answer is late."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from tests.desk.channels.conftest import Story
from tests.desk.channels.telegram import TelegramDriver
from tests.desk.fake_rasa import FakeRasa

from channels import incoming, queue
from channels.models import Address
from channels.sending import send_all
from conversations.models import Conversation, Message, Sender
from conversations.store import add, locked

pytestmark = pytest.mark.django_db(transaction=True)

_AT_ONCE = 8


@pytest.fixture
def story(settings: Any, rasa: FakeRasa) -> Iterator[Story]:
    driver = TelegramDriver()
    driver.configure(settings)
    yield Story(driver, rasa)
    driver.stop()


def at_once(*works: Any) -> list[Any]:
    """The results of functions that run side by side."""

    def run(work: Any) -> Any:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(_AT_ONCE) as threads:
        return list(threads.map(run, works))


def test_a_first_message_that_is_delivered_many_times_at_once_is_one_conversation(story: Story) -> None:
    answers = at_once(*[lambda: story.customer.write("Hallo", vendor_id=500)] * _AT_ONCE)
    assert {answer.status_code for answer in answers} == {200}
    assert Conversation.objects.count() == 1
    assert Message.objects.filter(sender=Sender.CUSTOMER).count() == 1
    assert len(story.work()) == 2
    assert story.rasa.messages == ["Hallo"]


def test_first_messages_that_come_at_once_are_all_kept_in_one_conversation(story: Story) -> None:
    texts = [f"bericht {number}" for number in range(_AT_ONCE)]

    def write(number: int) -> Any:
        return lambda: story.customer.write(texts[number], vendor_id=600 + number, seconds=number - 20)

    answers = at_once(*map(write, range(_AT_ONCE)))
    assert {answer.status_code for answer in answers} == {200}
    assert (Conversation.objects.count(), Address.objects.count()) == (1, 1)
    story.work()
    assert story.rasa.messages == texts


def test_many_senders_send_each_message_once_and_in_order(story: Story) -> None:
    story.says("Hallo")
    texts = [f"bericht {number}" for number in range(12)]
    with locked(story.conversation.pk) as conversation:
        for text in texts:
            add(conversation, Sender.SYSTEM, text)
    key = story.conversation.pk
    at_once(*[lambda: send_all(key)] * _AT_ONCE)
    assert queue.due() == []
    assert [bubble.text for bubble in story.work()] == texts


def test_what_is_written_while_a_sender_ends_is_not_left_behind(story: Story) -> None:
    story.says("Hallo")
    key = story.conversation.pk

    def say_and_send(number: int) -> Any:
        def run() -> None:
            with locked(key) as conversation:
                add(conversation, Sender.SYSTEM, f"bericht {number}")
            send_all(key)

        return run

    at_once(*map(say_and_send, range(20)))
    assert len(story.customer.received()) == 22


def test_what_the_desk_stumbles_over_is_not_lost(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumbles(*args: object) -> None:
        raise RuntimeError("a fault in the desk")

    with monkeypatch.context() as broken:
        broken.setattr(incoming, "_store", stumbles)
        assert story.customer.write("medewerker", vendor_id=7).status_code == 500
        assert story.work() == []
    assert story.customer.write("medewerker", vendor_id=7).status_code == 200  # the vendor brings it again
    told = "".join(bubble.text for bubble in story.work())
    assert story.ticket.number in told
    assert story.customer.write("medewerker", vendor_id=7).status_code == 200
    assert story.work() == []
