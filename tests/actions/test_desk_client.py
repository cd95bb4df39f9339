"""The desk's client against a real HTTP server that answers well and badly (contract: docs/contracts.md, section 3)."""

from __future__ import annotations

import socket
import time

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from actions.clients import desk

TICKET = {
    "number": "T-100042",
    "state": "open",
    "reason": "requested",
    "conversation": "c1",
    "opened_at": "2026-11-23T09:00:00+01:00",
    "closed_at": None,
    "next_step": "Een medewerker komt eraan.",
    "employee": None,
}


@pytest.fixture(autouse=True)
def settings_of_the_desk(httpserver: HTTPServer, monkeypatch):
    monkeypatch.setenv("DESK_URL", httpserver.url_for("/").rstrip("/"))
    monkeypatch.setenv("DESK_SERVICE_TOKEN", "geheim-van-deze-test")
    monkeypatch.setenv("DESK_TIMEOUT_SECONDS", "1")


async def test_open_ticket_sends_token_and_key_and_returns_the_number(httpserver: HTTPServer):
    httpserver.expect_oneshot_request(
        "/api/tickets",
        method="POST",
        headers={"Authorization": "Bearer geheim-van-deze-test", "Idempotency-Key": "message-7"},
        json={"conversation": "c1", "reason": "requested"},
    ).respond_with_json(TICKET, status=201)

    ticket = await desk.open_ticket("message-7", {"conversation": "c1", "reason": "requested"})

    assert ticket == desk.Ticket("T-100042", "open", "c1", "Een medewerker komt eraan.", None)


async def test_a_repeated_key_gives_the_same_ticket(httpserver: HTTPServer):
    httpserver.expect_request("/api/tickets", method="POST").respond_with_json(TICKET, status=200)
    assert (await desk.open_ticket("k", {})).number == "T-100042"


@pytest.mark.parametrize(
    "response",
    [
        Response("stuk", status=500),
        Response("{}", status=401),
        Response("{}", status=429),
        Response("<html>", status=201),
        Response("", status=201),
        Response("[]", status=201, content_type="application/json"),
        Response('{"number": "T-1"}', status=201, content_type="application/json"),
        Response(
            '{"number": null, "state": "open", "conversation": "c", "next_step": "x", "employee": null}',
            status=201,
        ),
        Response(
            '{"number": "", "state": "open", "conversation": "c", "next_step": "x", "employee": null}',
            status=201,
        ),
    ],
    ids=["500", "401", "429", "html", "empty", "list", "half a ticket", "no number", "empty number"],
)
async def test_a_wrong_answer_is_never_taken_for_a_ticket(httpserver: HTTPServer, response):
    httpserver.expect_request("/api/tickets", method="POST").respond_with_handler(lambda _: response)
    with pytest.raises(desk.DeskError):
        await desk.open_ticket("k", {"conversation": "c1", "reason": "requested"})


async def test_a_desk_that_is_down_is_an_error(monkeypatch):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        monkeypatch.setenv("DESK_URL", f"http://127.0.0.1:{unused.getsockname()[1]}")
        with pytest.raises(desk.DeskError):
            await desk.open_ticket("k", {})


async def test_a_desk_that_never_answers_is_given_up_within_the_limit(monkeypatch):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        monkeypatch.setenv("DESK_URL", f"http://127.0.0.1:{silent.getsockname()[1]}")
        started = time.monotonic()
        with pytest.raises(desk.DeskError):
            await desk.open_ticket("k", {})
    # The limit is 1 s; the desk itself waits 8 s for a turn (docs/contracts.md, section 2).
    assert time.monotonic() - started < 8


async def test_an_error_names_no_customer_data(httpserver: HTTPServer):
    httpserver.expect_request("/api/tickets", method="POST").respond_with_data("bsn 111222333", status=500)
    with pytest.raises(desk.DeskError) as raised:
        await desk.open_ticket("k", {"conversation": "111222333"})
    assert "111222333" not in str(raised.value)


async def test_tickets_of_a_conversation(httpserver: HTTPServer):
    httpserver.expect_request("/api/tickets", query_string={"conversation": "c1"}).respond_with_json(
        {"tickets": [TICKET]}
    )
    assert [ticket.number for ticket in await desk.tickets_of("c1")] == ["T-100042"]


async def test_a_list_without_tickets_is_an_error(httpserver: HTTPServer):
    httpserver.expect_request("/api/tickets").respond_with_json([TICKET])
    with pytest.raises(desk.DeskError):
        await desk.tickets_of("c1")
