"""docs/contracts.md, section 5: what operators and their monitoring see."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.conf import settings
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from pytest_httpserver import HTTPServer
from tests.desk.outbox_support import a_ticket
from tests.desk.web import Customer

from channels.models import Outgoing, OutgoingState
from conversations.hub import current_hub
from conversations.models import Conversation, Message
from conversations.store import add_customer_message, begin
from health import components, heartbeat, metrics, readiness, views
from health.heartbeat import WORKER, beat
from health.models import Heartbeat
from health.readiness import Readiness
from mail_in import watching
from outbox.models import Delivery, DeliveryState
from tickets.models import Reason, Ticket
from tickets.services import open_ticket
from turns import leases, steps
from turns.assistant import Answer, Answers

pytestmark = pytest.mark.django_db(transaction=True)

TOKEN = "m" * 32


@pytest.fixture
def parts(httpserver: HTTPServer) -> Iterator[HTTPServer]:
    """Rasa and the action server on one address; both answer."""
    before = settings.RASA_URLS, settings.ACTIONS_URL
    settings.RASA_URLS = [httpserver.url_for("/rasa")]
    settings.ACTIONS_URL = httpserver.url_for("/actions")
    httpserver.expect_request("/rasa/").respond_with_data("Hello from Rasa: 3.6.21")
    httpserver.expect_request("/actions/health").respond_with_json({"status": "ok"})
    yield httpserver
    settings.RASA_URLS, settings.ACTIONS_URL = before


@pytest.fixture
def page(client: Client) -> Iterator[Callable[[], dict[str, float]]]:
    """The figures by name and labels, as Prometheus would read them."""
    before, settings.METRICS_TOKEN = settings.METRICS_TOKEN, TOKEN

    def read() -> dict[str, float]:
        response = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert response.status_code == 200
        lines = response.content.decode().splitlines()
        return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in lines if line[:1] != "#"}

    yield read
    settings.METRICS_TOKEN = before


def ready(client: Client) -> tuple[int, dict[str, Any]]:
    response = client.get("/readyz")
    return response.status_code, response.json()


def test_health(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_without_a_database_healthz_is_503_and_names_the_phone(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> bool:
        raise OperationalError("the password is geheim")

    monkeypatch.setattr(views.Conversation.objects, "exists", fail)
    response = client.get("/healthz")
    assert response.status_code == 503
    assert "geheim" not in response.content.decode()


# --- /readyz --------------------------------------------------------------------------------------------------------


def test_everything_works(client: Client, parts: HTTPServer) -> None:
    beat(WORKER)
    status, report = ready(client)
    ok = {"status": "ok"}
    assert (status, report) == (
        200,
        {"status": "ok", "components": {"database": ok, "assistant": ok, "actions": ok, "worker": ok}},
    )


def test_without_assistant_and_worker_the_desk_stays_in_service(client: Client, parts: HTTPServer) -> None:
    parts.clear()
    parts.expect_request("/actions/health").respond_with_data("boom", status=500)
    settings.RASA_URLS = ["http://127.0.0.1:1"]
    Heartbeat.objects.create(name=WORKER, at=timezone.now() - timedelta(seconds=heartbeat.OLDEST_SECONDS + 1))
    status, report = ready(client)
    assert (status, report["status"]) == (200, "degraded")
    assert {name: entry.get("why") for name, entry in report["components"].items()} == {
        "database": None,
        "assistant": "no_answer",
        "actions": "status_500",
        "worker": "no_heartbeat",
    }


def test_a_database_that_cannot_be_written_to_is_down(
    client: Client, parts: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(name: str) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(components, "beat", full)
    status, report = ready(client)
    assert (status, report["status"]) == (503, "down")
    assert report["components"]["database"] == {"status": "down", "why": "no_answer"}


def test_redis_is_a_part_only_where_it_is_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "redis" not in components.checks()
    monkeypatch.setattr(settings, "RATE_LIMIT_STORE", "redis://127.0.0.1:1/0")

    async def look() -> dict[str, Any]:
        return await Readiness({"redis": components.checks()["redis"]}).report()

    assert asyncio.run(look())["components"]["redis"] == {"status": "down", "why": "no_answer"}


def test_the_mailbox_is_a_part_only_where_it_is_configured(
    monkeypatch: pytest.MonkeyPatch, page: Callable[[], dict[str, float]]
) -> None:
    assert "mailbox" not in components.checks()
    assert page()["desk_mailbox_unread_seconds"] == 0
    monkeypatch.setattr(settings, "MAIL_IN_IMAP_HOST", "imap.voorbeeld.example")

    async def look() -> dict[str, Any]:
        return await Readiness({"mailbox": components.checks()["mailbox"]}).report()

    assert asyncio.run(look())["components"]["mailbox"] == {"status": "down", "why": "not_read"}
    assert page()["desk_mailbox_unread_seconds"] == float("inf")
    watching.note_read()
    assert asyncio.run(look())["components"]["mailbox"] == {"status": "ok"}
    Heartbeat.objects.update(at=timezone.now() - timedelta(minutes=6))
    assert asyncio.run(look())["components"]["mailbox"] == {"status": "down", "why": "not_read"}
    assert 360 <= page()["desk_mailbox_unread_seconds"] < 420


def test_many_who_ask_at_once_and_again_cause_one_look() -> None:
    looks = 0

    async def check() -> None:
        nonlocal looks
        looks += 1

    async def ask() -> None:
        one = Readiness({"part": check})
        await asyncio.gather(*(one.report() for _ in range(100)))
        await one.report()

    asyncio.run(ask())
    assert looks == 1


def test_a_part_that_hangs_is_too_late_and_is_not_asked_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "LONGEST_CHECK_SECONDS", 0.01)
    monkeypatch.setattr(readiness, "FRESH_SECONDS", 0)
    looks = 0

    async def ask() -> list[dict[str, Any]]:
        nonlocal looks
        comes_back = asyncio.Event()

        async def check() -> None:
            nonlocal looks
            looks += 1
            await comes_back.wait()

        one = Readiness({"part": check})
        late = [await one.report(), await one.report()]
        comes_back.set()
        return [*late, await one.report()]

    reports = asyncio.run(ask())
    assert [report["components"]["part"]["status"] for report in reports] == ["down", "down", "ok"]


def test_a_change_is_logged_once(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "FRESH_SECONDS", 0)
    results: list[Exception | None] = [httpx.ConnectError("x"), httpx.ConnectError("x"), None]

    async def ask() -> None:
        async def check() -> None:
            if (error := results.pop(0)) is not None:
                raise error

        one: Readiness = Readiness({"assistant": check})
        for _ in range(3):
            await one.report()

    asyncio.run(ask())
    said = [record.getMessage() for record in caplog.records if record.name == "health.readiness"]
    assert said == ["component assistant: no_answer", "component assistant: ok again"]


# --- /metrics -------------------------------------------------------------------------------------------------------


def test_without_the_setting_there_are_no_metrics(client: Client) -> None:
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x"])
def test_metrics_are_for_who_has_the_token(client: Client, page: object, header: str) -> None:
    assert client.get("/metrics", headers={"Authorization": header}).status_code == 401


def answer_next(conversation: Conversation, act: Callable[[leases.Lease, steps.Turn], None]) -> None:
    lease = leases.claim(conversation.pk)
    assert lease
    turn = steps.next_turn(lease)
    assert turn
    act(lease, turn)
    leases.release(lease)


def test_turns_are_counted_by_outcome(page: Callable[[], dict[str, float]]) -> None:
    before = page()
    conversation = begin("web")
    for number, act in enumerate(
        (
            lambda lease, turn: steps.store_answers(lease, turn, Answers([Answer("Ja.")])),
            lambda lease, turn: steps.store_answers(lease, turn, Answers([Answer("Hè?")], is_fallback=True)),
            steps.catch,
        )
    ):
        add_customer_message(conversation.pk, str(number), "hallo")
        answer_next(conversation, act)
    after = page()

    def grown(name: str) -> float:
        return after[name] - before.get(name, 0)

    assert grown('desk_turns_total{outcome="answered"}') == 2
    assert grown('desk_turns_total{outcome="failed"}') == 1
    assert grown('desk_turn_seconds_count{outcome="answered"}') == 2
    assert grown("desk_fallbacks_total") == 1
    assert grown('desk_handovers_total{reason="assistant_unavailable"}') == 1


def test_a_ticket_that_was_not_committed_is_not_counted(page: Callable[[], dict[str, float]]) -> None:
    name = 'desk_handovers_total{reason="vulnerable"}'
    before = page().get(name, 0)
    conversation = begin("web")
    open_ticket(conversation, Reason.VULNERABLE)
    open_ticket(conversation, Reason.VULNERABLE)
    assert page()[name] == before + 1


def test_the_queue_and_what_waits(page: Callable[[], dict[str, float]]) -> None:
    assert page()["desk_queue_oldest_seconds"] == 0
    old, new = begin("web"), begin("web")
    for conversation in (old, new):
        open_ticket(conversation, Reason.REQUESTED)
    Ticket.objects.filter(conversation=old).update(opened_at=timezone.now() - timedelta(minutes=5))
    message, _ = add_customer_message(begin("web").pk, "a", "hallo")
    Message.objects.filter(pk=message.pk).update(at=timezone.now() - timedelta(minutes=2))
    figures = page()
    assert figures['desk_queue_tickets{state="open"}'] == 2
    assert figures['desk_queue_tickets{state="assigned"}'] == 0
    assert 300 <= figures["desk_queue_oldest_seconds"] < 360
    assert figures["desk_turns_waiting"] == 1
    assert 120 <= figures["desk_turns_oldest_seconds"] < 180
    assert figures["desk_database_up"] == 1


def test_streams_are_counted(page: Callable[[], dict[str, float]]) -> None:
    async def listen() -> float:
        with current_hub().listening(1), current_hub().listening(2):
            return (await asyncio.to_thread(page))["desk_streams"]

    assert asyncio.run(listen()) == 2
    assert page()["desk_streams"] == 0


def test_another_application_adds_a_figure(
    page: Callable[[], dict[str, float]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "_gauges", {})
    metrics.register_gauge("desk_outbox_pending", "What is still to be sent.", lambda: 7)
    assert page()["desk_outbox_pending"] == 7


def test_what_is_to_be_delivered_is_shown(
    page: Callable[[], dict[str, float]], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert page()["desk_outbox_oldest_seconds"] == 0
    monkeypatch.setattr(settings, "OUTBOX_WEBHOOK_URL", "https://hook.example/tickets")
    monkeypatch.setattr(settings, "OUTBOX_WEBHOOK_SECRET", "whsec_" + "c2VjcmV0" * 6)
    ticket = a_ticket()
    Delivery.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    waiting = Delivery.objects.count()
    assert waiting
    figures = page()
    assert figures["desk_outbox_waiting"] == waiting
    assert 120 <= figures["desk_outbox_oldest_seconds"] < 180
    ticket.deliveries.update(state=DeliveryState.FAILED)
    figures = page()
    assert (figures["desk_outbox_waiting"], figures["desk_outbox_failed"]) == (0, waiting)


def test_messages_on_channels_are_shown(page: Callable[[], dict[str, float]]) -> None:
    message = begin("telegram").messages.get()
    row = Outgoing.objects.create(message=message, part=7, channel="telegram", key=uuid.uuid4())
    before = page()
    row.state = OutgoingState.UNCERTAIN
    row.save()
    after = page()
    assert before["desk_channels_waiting"] - after["desk_channels_waiting"] == 1
    assert after["desk_channels_not_reached"] == 1


def test_without_a_database_the_figures_say_so(
    page: Callable[[], dict[str, float]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> Iterator[Any]:
        raise OperationalError
        yield

    monkeypatch.setattr(metrics, "_from_database", fail)
    figures = page()
    assert figures["desk_database_up"] == 0
    assert "desk_queue_oldest_seconds" not in figures


def test_figures_hold_nothing_about_customers(client: Client, page: Callable[[], dict[str, float]]) -> None:
    customer = Customer(client)
    customer.send("mijn naam is Fleur Kastelein")
    customer.human()
    words = " ".join(page())
    assert "Fleur" not in words
    assert customer.conversation not in words
