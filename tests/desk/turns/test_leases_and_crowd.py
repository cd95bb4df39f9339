"""One turn at a time per conversation, and no more turns at once than the assistant can bear."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from tests.desk.fake_rasa import LONGEST_WAIT_SECONDS, FakeRasa, Reply, says
from tests.desk.turns.conftest import Chat, texts

from config.threads import in_thread
from conversations.models import Conversation
from turns import leases
from turns.assistant import AssistantClient, Question

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_conversation_is_answered_by_one_at_a_time(chat: Chat, rasa: FakeRasa) -> None:
    lease = await in_thread(leases.claim, chat.id)
    assert lease is not None
    message = await chat.write("hallo")
    await chat.runner.drain(chat.id)
    assert rasa.requests == []
    await in_thread(leases.release, lease)
    await chat.runner.drain(chat.id)
    assert texts(await chat.after(message)) == ["Antwoord op: hallo"]


async def test_a_lease_of_a_process_that_died_expires(
    chat: Chat, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as dying:
        dying.setattr(leases, "LEASE_SECONDS", -1.0)
        await in_thread(leases.claim, chat.id)
    assert texts(await chat.say("hallo")) == ["Antwoord op: hallo"]


async def test_who_lost_the_lease_says_nothing(chat: Chat, rasa: FakeRasa) -> None:
    def steal(body: dict[str, Any]) -> Reply:
        Conversation.objects.update(turn_owner="another process")
        return says("Te laat.")

    rasa.reply = steal
    assert await chat.say("hallo") == []
    assert (await chat.now()).turn_owner == "another process"


async def test_a_lease_is_kept_as_long_as_the_turn_takes(
    chat: Chat, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "LEASE_SECONDS", 0.3)
    expiries = []

    def watch(body: dict[str, Any]) -> Reply:
        first = Conversation.objects.get(pk=chat.id).turn_expires_at
        renewed.wait(LONGEST_WAIT_SECONDS)
        expiries.extend([first, Conversation.objects.get(pk=chat.id).turn_expires_at])
        return says("Klaar.")

    renewed = threading.Event()
    renew = leases.renew

    def renew_and_tell(lease: leases.Lease) -> bool:
        kept = renew(lease)
        renewed.set()
        return kept

    monkeypatch.setattr(leases, "renew", renew_and_tell)
    rasa.reply = watch
    assert texts(await chat.say("hallo")) == ["Klaar."]
    assert expiries[0] < expiries[1]


async def test_stopping_frees_the_conversation_for_the_next_process(chat: Chat, rasa: FakeRasa) -> None:
    late = threading.Event()
    rasa.reply = lambda body: Reply([{"text": "x"}], wait_for=late)
    await chat.write("hallo")
    chat.runner.wake(chat.id)
    await asyncio.to_thread(rasa.arrived.wait, LONGEST_WAIT_SECONDS)
    await chat.runner.aclose()
    late.set()
    assert await in_thread(leases.awaiting_turns) == [chat.id]


async def test_a_slow_assistant_is_asked_for_a_few_turns_at_once(rasa: FakeRasa) -> None:
    finish = threading.Event()
    rasa.reply = lambda body: Reply([{"text": "ja"}], wait_for=finish)
    client = AssistantClient([rasa.url], timeout_seconds=60, most_at_once=2)
    questions = [Question(f"klant {number}", "hallo", number, "web", False) for number in range(4)]
    asked = [asyncio.create_task(client.ask(question)) for question in questions]
    while len(rasa.requests) < 2:
        await asyncio.sleep(0.01)
    assert not any(task.done() for task in asked)
    assert len(rasa.requests) == 2
    finish.set()
    assert [answers.bubbles[0].text for answers in await asyncio.gather(*asked)] == ["ja"] * 4
    await client.aclose()


async def test_who_would_be_too_late_is_not_asked_for_at_all(rasa: FakeRasa) -> None:
    never = threading.Event()
    rasa.reply = lambda body: Reply([{"text": "ja"}], wait_for=never)
    client = AssistantClient([rasa.url], timeout_seconds=0.4, most_at_once=1)
    questions = [Question(f"klant {number}", "hallo", number, "web", False) for number in range(2)]
    failures = await asyncio.gather(*(client.ask(question) for question in questions), return_exceptions=True)
    assert sorted(str(failure) for failure in failures) == ["busy", "too late"]
    assert len(rasa.requests) == 1
    # Room that was given up is room again.
    rasa.reply = lambda body: says("hier ben ik")
    assert (await client.ask(questions[0])).bubbles[0].text == "hier ben ik"
    never.set()
    await client.aclose()
