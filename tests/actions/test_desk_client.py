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

    assert ticket == desk.Ticket("T-100042", "open", "c1", "Een medewerker komt eraan.", None, is_new=True)


async def test_a_repeated_key_gives_the_same_ticket(httpserver: HTTPServer):
    httpserver.expect_request("/api/tickets", method="POST").respond_with_json(TICKET, status=200)
    ticket = await desk.open_ticket("k", {})
    assert (ticket.number, ticket.is_new) == ("T-100042", False)


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


async def test_add_details_sends_them_and_tells_the_time_that_was_stored(httpserver: HTTPServer):
    label = "dinsdag 24 november tussen 9.00 en 11.00 uur"
    httpserver.expect_oneshot_request(
        "/api/tickets/T-100042", method="PATCH", json={"callback_slot": "20261124T0800Z"}
    ).respond_with_json({**TICKET, "callback": label})
    assert (await desk.add_details("T-100042", {"callback_slot": "20261124T0800Z"})).callback == label


@pytest.mark.parametrize("status", [400, 404, 409, 500])
async def test_details_that_were_not_stored_are_an_error(httpserver: HTTPServer, status):
    httpserver.expect_request("/api/tickets/T-100042").respond_with_json({}, status=status)
    with pytest.raises(desk.DeskError):
        await desk.add_details("T-100042", {"phone": "1"})


@pytest.mark.parametrize(("status", "code"), [(409, "slot_full"), (400, "not_valid")])
async def test_a_time_that_cannot_be_had_is_told_apart(httpserver: HTTPServer, status, code):
    error = {"error": {"code": code, "message": "…", "field": "callback_slot"}}
    httpserver.expect_request("/api/tickets/T-100042").respond_with_json(error, status=status)
    with pytest.raises(desk.CallbackSlotGoneError):
        await desk.add_details("T-100042", {"callback_slot": "20261124T0800Z"})


@pytest.mark.parametrize("error", [{"field": "phone"}, {"field": None}, "stuk", None])
async def test_what_is_wrong_with_something_else_is_no_time_that_is_gone(httpserver: HTTPServer, error):
    httpserver.expect_request("/api/tickets/T-100042").respond_with_json({"error": error}, status=400)
    with pytest.raises(desk.DeskError) as raised:
        await desk.add_details("T-100042", {"phone": "1"})
    assert not isinstance(raised.value, desk.CallbackSlotGoneError)


async def test_the_ticket_for_a_proof(httpserver: HTTPServer):
    path = "/api/tickets/T-100042/status"
    httpserver.expect_request(path, json={"proof": "1234 AB"}).respond_with_json(TICKET)
    httpserver.expect_request(path).respond_with_json({}, status=404)
    ticket = await desk.ticket_for_proof("T-100042", "1234 AB")
    assert ticket is not None
    assert ticket.number == "T-100042"
    assert await desk.ticket_for_proof("T-100042", "1000 AA") is None


async def test_a_number_cannot_lead_to_another_address(httpserver: HTTPServer):
    httpserver.expect_request("/api/callback-slots/status").respond_with_json(TICKET)
    with pytest.raises(desk.DeskError):
        await desk.ticket_for_proof("../callback-slots", "1234 AB")


async def test_callback_slots(httpserver: HTTPServer):
    slots = [{"id": "20261124T0800Z", "label": "dinsdag"}]
    httpserver.expect_oneshot_request("/api/callback-slots").respond_with_json({"slots": slots})
    assert await desk.callback_slots() == [("20261124T0800Z", "dinsdag")]
    for body in ([], {}, {"slots": ["x"]}, {"slots": [{"id": "x"}]}):
        httpserver.expect_oneshot_request("/api/callback-slots").respond_with_json(body)
        with pytest.raises(desk.DeskError):
            await desk.callback_slots()


async def test_a_list_without_tickets_is_an_error(httpserver: HTTPServer):
    httpserver.expect_request("/api/tickets").respond_with_json([TICKET])
    with pytest.raises(desk.DeskError):
        await desk.tickets_of("c1")
