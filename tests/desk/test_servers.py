"""Several Rasa servers: the least busy one is asked, and one that is not there costs no turn."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest
from django.conf import settings
from tests.desk.fake_rasa import FakeRasa, Reply, says

from turns.assistant import AssistantClient, AssistantFailure, Question
from turns.servers import Servers
from understanding.assistant import AssistantSilent, intent_of

NOWHERE = "http://127.0.0.1:1"


@pytest.fixture
def two() -> Iterator[tuple[FakeRasa, FakeRasa]]:
    servers = FakeRasa(), FakeRasa()
    yield servers
    for server in servers:
        server.stop()


def question(number: int = 1, *, begins_session: bool = False) -> Question:
    return Question(f"klant {number}", "hallo", number, "web", begins_session)


def client(*urls: str, seconds: float = 5) -> AssistantClient:
    return AssistantClient(urls, timeout_seconds=seconds, most_at_once=8)


def test_the_least_busy_server_comes_first_and_equals_take_turns() -> None:
    now = 100.0
    servers = Servers(["a", "b", "c"], lambda: now)
    assert {servers.in_order()[0].url for _ in range(3)} == {"a", "b", "c"}
    busy = next(server for server in servers.in_order() if server.url == "a")
    with busy.busy():
        assert [servers.in_order()[-1].url for _ in range(3)] == ["a", "a", "a"]
        away = next(server for server in servers.in_order() if server.url == "b")
        servers.unreachable(away)
        assert [server.url for server in servers.in_order()] == ["c", "a", "b"]
        now += 10
        assert servers.in_order()[-1].url == "a"
    assert busy.turns == 0


async def test_turns_are_spread(two: tuple[FakeRasa, FakeRasa]) -> None:
    assistant = client(*(server.url for server in two))
    await asyncio.gather(*(assistant.ask(question(number)) for number in range(10)))
    assert sorted(len(server.requests) for server in two) == [5, 5]
    await assistant.aclose()


async def test_a_server_that_is_not_there_costs_no_turn(two: tuple[FakeRasa, FakeRasa]) -> None:
    assistant = client(NOWHERE, two[0].url)
    for number in range(4):
        answers = await assistant.ask(question(number))
        assert answers.bubbles[0].text == "Antwoord op: hallo"
    await assistant.aclose()


async def test_a_server_that_goes_down_halfway_costs_no_turn(two: tuple[FakeRasa, FakeRasa]) -> None:
    two[0].reply = two[1].reply = lambda body: Reply(cut=True)
    two[1].reply = lambda body: says("Hier ben ik")
    assistant = client(*(server.url for server in two))
    for number in range(4):
        answers = await assistant.ask(question(number, begins_session=True))
        assert answers.bubbles[0].text == "Hier ben ik"
    assert [request["message"] for request in two[1].requests][:2] == ["/session_start", "hallo"]
    await assistant.aclose()


async def test_a_server_that_is_too_late_is_not_joined_by_another(two: tuple[FakeRasa, FakeRasa]) -> None:
    never = threading.Event()
    for server in two:
        server.reply = lambda body: Reply([{"text": "te laat"}], wait_for=never)
    assistant = client(*(server.url for server in two), seconds=0.4)
    with pytest.raises(AssistantFailure, match="too late"):
        await assistant.ask(question())
    never.set()
    assert sum(len(server.requests) for server in two) == 1
    await assistant.aclose()


async def test_all_of_them_away_is_a_failure() -> None:
    assistant = client(NOWHERE, "http://127.0.0.1:2")
    with pytest.raises(AssistantFailure, match="no answer"):
        await assistant.ask(question())
    await assistant.aclose()


def test_what_a_text_means_is_asked_of_whoever_is_there(rasa: FakeRasa) -> None:
    rasa.intents["hoi"] = "greet"
    settings.RASA_URLS = [NOWHERE, rasa.url]
    assert {intent_of("hoi") for _ in range(8)} == {"greet"}
    settings.RASA_URLS = [NOWHERE, NOWHERE]
    with pytest.raises(AssistantSilent):
        intent_of("hoi")
