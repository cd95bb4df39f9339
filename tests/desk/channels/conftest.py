"""A customer on each channel, and a desk that works when it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.desk.channels.driver import Bubble, Driver
from tests.desk.channels.messenger import InstagramDriver, MessengerDriver
from tests.desk.channels.telegram import TelegramDriver
from tests.desk.channels.twilio import SmsDriver, TwilioWhatsAppDriver
from tests.desk.channels.whatsapp import WhatsAppDriver
from tests.desk.fake_rasa import LONGEST_WAIT_SECONDS, FakeRasa

from channels import queue
from channels.base import MessagingChannel
from channels.models import Outgoing, OutgoingState
from channels.registry import channel_named
from channels.sending import send_all
from config.threads import in_thread
from conversations.models import Conversation
from organisation.opening_hours import OpeningHours
from tickets.models import Ticket
from turns.assistant import AssistantClient
from turns.leases import awaiting_turns
from turns.runner import Runner

DRIVERS: list[type[Driver]] = [
    TelegramDriver,
    WhatsAppDriver,
    MessengerDriver,
    InstagramDriver,
    SmsDriver,
    TwilioWhatsAppDriver,
]


class Story:
    """One customer on a channel, with the desk behind it.

    Attributes:
        customer: what the customer and the vendor do.
        rasa: the assistant, replaced at its edge.
    """

    def __init__(self, customer: Driver, rasa: FakeRasa) -> None:
        self.customer = customer
        self.rasa = rasa
        self._seen = 0

    def work(self) -> list[Bubble]:
        """Let the desk do all that is waiting: turns, then sending. What the customer got since the last time."""
        asyncio.run(self._answer())
        for conversation_id in queue.due():
            send_all(conversation_id)
        bubbles = self.customer.received()
        new, self._seen = bubbles[self._seen :], len(bubbles)
        return new

    def says(self, text: str, **how: Any) -> list[Bubble]:
        """The customer writes, and the desk works."""
        assert self.customer.write(text, **how).status_code == 200
        return self.work()

    def presses(self, title: str) -> list[Bubble]:
        """The customer presses a button, and the desk works."""
        assert self.customer.press(title).status_code == 200
        return self.work()

    @property
    def customer_channel(self) -> MessagingChannel:
        """The channel in the desk."""
        found = channel_named(self.customer.name)
        assert found is not None
        return found

    @property
    def conversation(self) -> Conversation:
        """The only one."""
        return Conversation.objects.get()

    @property
    def ticket(self) -> Ticket:
        """The only one."""
        return Ticket.objects.get()

    async def _answer(self) -> None:
        runner = Runner(
            AssistantClient([self.rasa.url], timeout_seconds=LONGEST_WAIT_SECONDS, most_at_once=8)
        )
        for conversation_id in await in_thread(awaiting_turns):
            await runner.drain(conversation_id)
        await runner.aclose()


def time_passes() -> None:
    """Let the time pass that waiting messages wait."""
    Outgoing.objects.filter(state=OutgoingState.WAITING).update(due_at=timezone.now() - timedelta(seconds=1))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test with a customer runs on every channel, or on one when it is about what all of them share.
    One that names its channels itself keeps them."""
    names_its_own = any(
        mark.args[0] == "customer" for mark in metafunc.definition.iter_markers("parametrize")
    )
    if "customer" in metafunc.fixturenames and not names_its_own:
        is_shared = metafunc.definition.get_closest_marker("one_channel") is not None
        drivers = DRIVERS[:1] if is_shared else DRIVERS
        metafunc.parametrize("customer", drivers, indirect=True, ids=lambda driver: driver.name)


@pytest.fixture(autouse=True)
def open_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """Employees are there, whenever the tests run."""
    monkeypatch.setattr(OpeningHours, "is_open", lambda self, at: True)


@pytest.fixture
def customer(request: pytest.FixtureRequest, settings: Any) -> Iterator[Driver]:
    """A customer, on each channel in turn."""
    driver = request.param()
    driver.configure(settings)
    yield driver
    driver.stop()


@pytest.fixture
def story(customer: Driver, rasa: FakeRasa) -> Story:
    """That customer and the desk."""
    return Story(customer, rasa)
