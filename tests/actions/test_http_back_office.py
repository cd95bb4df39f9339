"""The back office over HTTP, against a real server that answers well, wrongly, slowly and not at all."""

from __future__ import annotations

import contextlib
import datetime as dt
import inspect
import json
import socket
import time

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from actions.clients import back_office as package
from actions.clients.back_office.demo import DemoBackOffice
from actions.clients.back_office.http import HttpBackOffice
from actions.clients.back_office.interface import BackOffice
from actions.clients.back_office.records import (
    Appointment,
    BackOfficeError,
    Customer,
    NeedsAPersonError,
    Order,
    Outage,
    Refund,
    Return,
    Subscription,
    Warranty,
)

TOKEN = "geheim-van-deze-test"
LIMIT = 0.5
ORDER = {
    "number": "400123456",
    "customer": "K100001",
    "postcode": "3511 AB",
    "status": "shipped",
    "description": "koffiezetapparaat",
    "carrier": "PostNL",
    "expected": "2026-11-24",
    "delivered": None,
}
KNOWN = Order(
    "400123456", "K100001", "3511 AB", "shipped", "koffiezetapparaat", "PostNL", dt.date(2026, 11, 24)
)


@pytest.fixture
def office(httpserver: HTTPServer) -> HttpBackOffice:
    return HttpBackOffice(httpserver.url_for("").rstrip("/"), TOKEN, LIMIT)


def answers(httpserver: HTTPServer, method: str, path: str, body, sent=None, status: int = 200) -> None:
    details = {} if sent is None else {"json": sent}
    httpserver.expect_oneshot_request(
        path, method=method, headers={"Authorization": f"Bearer {TOKEN}"}, **details
    ).respond_with_data(
        "" if status == 204 else json.dumps(body), status=status, content_type="application/json"
    )


async def test_every_question_about_orders(httpserver: HTTPServer, office: HttpBackOffice):
    find = {"number": "400123456", "postcode": "3511 AB"}
    answers(httpserver, "POST", "/orders/find", {"order": ORDER}, find)
    assert await office.find_order("400123456", "3511 AB") == KNOWN

    answers(httpserver, "POST", "/orders/find", {"order": None})
    assert await office.find_order("400123456", "1012 WX") is None

    answers(httpserver, "GET", "/customers/K100001/orders/400123456", {"order": ORDER})
    assert await office.order_of("K100001", "400123456") == KNOWN

    answers(httpserver, "GET", "/customers/K100001/orders", {"orders": [ORDER]})
    assert await office.orders_of("K100001") == [KNOWN]

    answers(httpserver, "POST", "/orders/400123456/cancel", None, {}, 204)
    await office.cancel_order(KNOWN)

    address = {"postcode": "1012 WX", "house_number": "12A"}
    answers(httpserver, "PUT", "/orders/400123456/delivery-address", None, address, 204)
    await office.change_delivery_address(KNOWN, "1012 WX", "12A")

    returned = {"number": "R-1", "return_before": "2026-12-07", "carrier": "PostNL", "new": True}
    answers(
        httpserver, "POST", "/orders/400123456/returns", {"return": returned}, {"reason": "te klein"}, 201
    )
    assert await office.register_return(KNOWN, "te klein") == Return(
        "R-1", dt.date(2026, 12, 7), "PostNL", new=True
    )

    answers(httpserver, "GET", "/orders/400123456/refund", {"refund": {"status": "checking", "cents": 4995}})
    assert await office.refund_of(KNOWN) == Refund("checking", 4995)

    answers(
        httpserver,
        "GET",
        "/orders/400123456/warranty",
        {"warranty": {"until": "2028-01-31", "runs": True}},
    )
    assert await office.warranty_of(KNOWN) == Warranty(dt.date(2028, 1, 31), runs=True)


async def test_every_question_about_customers(httpserver: HTTPServer, office: HttpBackOffice):
    customer = {"number": "K100001", "postcode": "3511 AB", "email": "jansen@example.nl"}
    find = {"number": "K100001", "postcode": "3511 AB"}
    answers(httpserver, "POST", "/customers/find", {"customer": customer}, find)
    assert await office.find_customer("K100001", "3511 AB") == Customer(**customer)

    answers(
        httpserver,
        "POST",
        "/customers/K100001/invoices/send",
        {"sent_to": "j***@example.nl"},
        {"invoice": None},
    )
    assert await office.send_invoice("K100001", None) == "j***@example.nl"

    address = {"postcode": "1012 WX", "house_number": "12"}
    answers(httpserver, "PUT", "/customers/K100001/address", None, address, 204)
    await office.change_address("K100001", "1012 WX", "12")

    box = {"number": "A-2041", "description": "koffiebox", "ends": "2026-12-23", "cancelled": False}
    answers(httpserver, "GET", "/customers/K100001/subscriptions", {"subscriptions": [box]})
    known = Subscription("A-2041", "koffiebox", dt.date(2026, 12, 23))
    assert await office.subscriptions_of("K100001") == [known]

    path = "/customers/K100001/subscriptions/A-2041/cancel"
    answers(httpserver, "POST", path, {"subscription": {**box, "cancelled": True}}, {})
    assert (await office.cancel_subscription("K100001", "A-2041")).cancelled

    visit = {"number": "V-3310", "day": "2026-11-28", "part": "morning"}
    booked = Appointment("V-3310", dt.date(2026, 11, 28), "morning")
    answers(httpserver, "GET", "/customers/K100001/appointment", {"appointment": visit})
    assert await office.appointment_of("K100001") == booked

    answers(httpserver, "GET", "/visits/free", {"visits": [{"day": "2026-11-28", "part": "morning"}] * 9})
    assert await office.free_visits() == [(booked.day, "morning")] * 6

    sent = {"day": "2026-11-28", "part": "morning"}
    answers(httpserver, "PUT", "/customers/K100001/appointment", {"appointment": visit}, sent)
    assert await office.book_appointment("K100001", booked.day, "morning") == booked

    answers(httpserver, "DELETE", "/customers/K100001/appointment", None, status=204)
    await office.cancel_appointment("K100001")

    answers(
        httpserver,
        "POST",
        "/outages/find",
        {"outage": {"description": "internet", "expected_end": None}},
        {"postcode": "5611 EM"},
    )
    assert await office.outage_at("5611 EM") == Outage("internet", None)


async def test_what_does_not_exist_is_null(httpserver: HTTPServer, office: HttpBackOffice):
    answers(httpserver, "GET", "/orders/400123456/refund", {"refund": None})
    assert await office.refund_of(KNOWN) is None
    answers(httpserver, "GET", "/customers/K100001/appointment", {"appointment": None})
    assert await office.appointment_of("K100001") is None


async def test_a_number_stays_one_part_of_the_path(httpserver: HTTPServer, office: HttpBackOffice):
    with pytest.raises(BackOfficeError):
        await office.order_of("K100001/../K100002", "400123456")
    ((request, _),) = httpserver.log
    assert request.environ["RAW_URI"].endswith("/customers/K100001%2F..%2FK100002/orders/400123456")


@pytest.mark.parametrize(
    "response",
    [
        Response("stuk", status=500),
        Response("{}", status=401),
        Response("{}", status=404),
        Response("", status=302, headers={"Location": "/elders"}),
        Response("<html>", status=200),
        Response("", status=200),
        Response("[]", status=200),
        Response("{}", status=200),
        Response(json.dumps({"order": []}), status=200),
        Response(json.dumps({"order": {**ORDER, "status": "onderweg"}}), status=200),
        Response(json.dumps({"order": {**ORDER, "carrier": None}}), status=200),
        Response(json.dumps({"order": {**ORDER, "carrier": ""}}), status=200),
        Response(json.dumps({"order": {**ORDER, "expected": "morgen"}}), status=200),
        Response(json.dumps({"order": {**ORDER, "expected": 20261124}}), status=200),
        Response(
            json.dumps({"order": {key: ORDER[key] for key in ORDER if key != "description"}}), status=200
        ),
        Response(json.dumps({"order": {**ORDER, "number": "400999999"}}), status=200),
    ],
    ids=[
        "500",
        "401",
        "404",
        "elsewhere",
        "html",
        "empty",
        "list",
        "no order",
        "order is a list",
        "unknown status",
        "no carrier",
        "empty carrier",
        "no day",
        "day is a number",
        "missing field",
        "another order",
    ],
)
async def test_a_wrong_answer_is_never_taken_for_an_order(
    httpserver: HTTPServer, office: HttpBackOffice, response
):
    httpserver.expect_request("/orders/find").respond_with_handler(lambda _: response)
    with pytest.raises(BackOfficeError):
        await office.find_order("400123456", "3511 AB")


@pytest.mark.parametrize(
    ("body", "ask"),
    [
        ({"refund": {"status": "checking", "cents": True}}, lambda office: office.refund_of(KNOWN)),
        ({"refund": {"status": "checking", "cents": "49,95"}}, lambda office: office.refund_of(KNOWN)),
        ({"refund": {"status": "geweigerd", "cents": 1}}, lambda office: office.refund_of(KNOWN)),
        ({"warranty": {"until": "2028-01-31", "runs": 1}}, lambda office: office.warranty_of(KNOWN)),
        ({"orders": {}}, lambda office: office.orders_of("K100001")),
        ({"orders": [{**ORDER, "customer": "K999999"}]}, lambda office: office.orders_of("K100001")),
        (
            {"order": {**ORDER, "customer": "K999999"}},
            lambda office: office.order_of("K100001", "400123456"),
        ),
        ({"sent_to": "jansen@example.nl"}, lambda office: office.send_invoice("K100001", None)),
        ({"visits": [{"day": "2026-11-28", "part": "nacht"}]}, lambda office: office.free_visits()),
        ({"visits": None}, lambda office: office.free_visits()),
        (
            {"subscription": {"number": "A-1", "description": "x", "ends": "2026-12-23", "cancelled": False}},
            lambda office: office.cancel_subscription("K100001", "A-1"),
        ),
        (
            {"customer": {"number": "K2", "postcode": "3511 AB", "email": "x@example.nl"}},
            lambda office: office.find_customer("K1", "3511 AB"),
        ),
        ({}, lambda office: office.cancel_order(KNOWN)),
    ],
)
async def test_a_wrong_type_or_somebody_elses_data_is_an_error(
    httpserver: HTTPServer, office: HttpBackOffice, body, ask
):
    for path in ("/orders/400123456/refund", "/orders/400123456/warranty", "/orders/400123456/cancel"):
        httpserver.expect_request(path).respond_with_json(body)
    for path in ("orders", "orders/400123456", "invoices/send", "subscriptions/A-1/cancel"):
        httpserver.expect_request(f"/customers/K100001/{path}").respond_with_json(body)
    httpserver.expect_request("/customers/find").respond_with_json(body)
    httpserver.expect_request("/visits/free").respond_with_json(body)
    with pytest.raises(BackOfficeError):
        await ask(office)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ('{"why": "already_shipped"}', "already_shipped"),
        ('{"why": "Mevrouw Jansen heeft een schuld"}', "unknown"),
        ('{"why": null}', "unknown"),
        ("[]", "unknown"),
        ("<html>", "unknown"),
    ],
)
async def test_what_a_person_must_decide_is_no_error(
    httpserver: HTTPServer, office: HttpBackOffice, body, why
):
    httpserver.expect_request("/orders/400123456/cancel").respond_with_data(body, status=409)
    with pytest.raises(NeedsAPersonError) as raised:
        await office.cancel_order(KNOWN)
    assert raised.value.why == why


async def test_a_back_office_that_is_down_is_an_error():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        office = HttpBackOffice(f"http://127.0.0.1:{unused.getsockname()[1]}", TOKEN, LIMIT)
        with pytest.raises(BackOfficeError):
            await office.orders_of("K100001")


async def test_a_back_office_that_never_answers_is_given_up_within_the_limit():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        office = HttpBackOffice(f"http://127.0.0.1:{silent.getsockname()[1]}", TOKEN, LIMIT)
        started = time.monotonic()
        with pytest.raises(BackOfficeError):
            await office.orders_of("K100001")
        assert time.monotonic() - started < LIMIT + 1


async def test_an_answer_in_drops_does_not_stretch_the_limit(httpserver: HTTPServer, office: HttpBackOffice):
    sent = []

    def drip(_):
        # Each piece comes well within the limit, all of it does not.
        def pieces():
            waiting, other = socket.socketpair()
            waiting.settimeout(LIMIT / 4)
            with waiting, other:
                for piece in json.dumps({"orders": []}) * 5:
                    with contextlib.suppress(TimeoutError):
                        waiting.recv(1)
                    sent.append(piece)
                    yield piece

        return Response(pieces(), status=200)

    httpserver.expect_request("/customers/K100001/orders").respond_with_handler(drip)
    started = time.monotonic()
    with pytest.raises(BackOfficeError):
        await office.orders_of("K100001")
    assert time.monotonic() - started < LIMIT + 1
    assert sent, "the server was answering"


async def test_an_error_and_its_log_name_no_customer_data(
    httpserver: HTTPServer, office: HttpBackOffice, caplog
):
    httpserver.expect_request("/orders/find").respond_with_data("bsn 111222333", status=500)
    with pytest.raises(BackOfficeError) as raised:
        await office.find_order("400123456", "3511 AB")
    for secret in ("111222333", "400123456", "3511", TOKEN):
        assert secret not in f"{raised.value} {raised.value.__cause__}"
        assert secret not in " ".join(
            record.getMessage() for record in caplog.records if record.name.startswith("actions")
        )


@pytest.mark.parametrize("office_class", [HttpBackOffice, DemoBackOffice])
def test_the_whole_interface_is_there(office_class):
    methods = {name for name, _ in inspect.getmembers(BackOffice, inspect.isfunction) if name[0] != "_"}
    assert len(methods) > 15
    assert {name for name in methods if not hasattr(office_class, name)} == set()


@pytest.mark.parametrize(
    ("url", "expected"), [("", DemoBackOffice), ("http://127.0.0.1:9/api/", HttpBackOffice)]
)
def test_the_setting_chooses_the_back_office(monkeypatch, url, expected):
    monkeypatch.setenv("BACK_OFFICE_URL", url)
    package.back_office.cache_clear()
    try:
        assert isinstance(package.back_office(), expected)
    finally:
        package.back_office.cache_clear()
