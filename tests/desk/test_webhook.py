"""The signed webhook, at a real HTTP server that checks the signature with the published library."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings
from pytest_httpserver import HTTPServer
from standardwebhooks import Webhook, WebhookVerificationError
from tests.desk.outbox_support import CUSTOMER, a_ticket, make_due
from werkzeug import Request, Response

from conversations.store import add_customer_message
from employees.models import Employee
from outbox.models import Delivery, DeliveryState, DestinationName
from outbox.sending import deliver_waiting
from tickets.services import take_over

pytestmark = pytest.mark.django_db
SECRET = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


class Receiver:
    """The other side.

    Attributes:
        events: the events whose signature is right, in order, each with its `webhook-id`.
        replies: what is answered, first come first served; afterwards 204.
    """

    def __init__(self, server: HTTPServer) -> None:
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.replies: list[Response] = []
        self.bodies: list[bytes] = []
        self.headers: dict[str, str] = {}
        server.expect_request("/hook", method="POST").respond_with_handler(self._receive)

    def _receive(self, request: Request) -> Response:
        self.bodies.append(request.data)
        self.headers = dict(request.headers)
        event = Webhook(SECRET).verify(request.data, dict(request.headers))
        self.events.append((request.headers["webhook-id"], event))
        return self.replies.pop(0) if self.replies else Response(status=204)


@pytest.fixture
def receiver(httpserver: HTTPServer, settings: Settings) -> Iterator[Receiver]:
    settings.OUTBOX_WEBHOOK_URL = httpserver.url_for("/hook")
    settings.OUTBOX_WEBHOOK_SECRET = SECRET
    settings.OUTBOX_TIMEOUT_SECONDS = 1.0
    receiver = Receiver(httpserver)
    yield receiver
    httpserver.check_assertions()


def deliver() -> int:
    make_due()
    return deliver_waiting(DestinationName.WEBHOOK)


def test_events_tell_what_the_contract_says(receiver: Receiver, sanne: Employee) -> None:
    ticket = a_ticket("Waar blijft mijn pakket? 📦", entities={"order_number": "400123456"})
    take_over(ticket.pk, sanne)
    add_customer_message(ticket.conversation_id, "b", "Dank u")
    assert deliver() == 3
    (_, opened), (_, taken), (_, said) = receiver.events
    assert [event["type"] for _, event in receiver.events] == [
        "ticket.opened",
        "ticket.taken",
        "ticket.message",
    ]
    facts = opened["data"]["ticket"]
    assert facts["number"] == ticket.number
    assert facts["email"] == CUSTOMER
    assert facts["entities"] == {"order_number": "400123456"}
    assert facts["priority"] == "normal"
    assert facts["link"].endswith(f"/balie/tickets/{ticket.number}/")
    assert "📦" in opened["data"]["messages"][1]["text"]
    assert taken["data"]["change"]["employee"] == "Sanne"
    assert [message["text"] for message in said["data"]["messages"]] == ["Dank u"]
    assert len({name for name, _ in receiver.events}) == 3
    assert "📦".encode() in receiver.bodies[0]


def test_a_forged_body_does_not_pass(receiver: Receiver) -> None:
    a_ticket()
    deliver()
    body, headers = receiver.bodies[0], receiver.headers
    assert Webhook(SECRET).verify(body, headers)
    for wrong in (
        (body + b" ", headers),
        (body, headers | {"Webhook-Id": "msg_other"}),
        (body, headers | {"Webhook-Timestamp": "1000000000"}),
    ):
        with pytest.raises(WebhookVerificationError):
            Webhook(SECRET).verify(*wrong)


@pytest.mark.parametrize("status", [500, 502, 408, 429, 401, 404, 410, 302])
def test_the_same_id_comes_again_until_it_is_accepted(receiver: Receiver, status: int) -> None:
    a_ticket()
    receiver.replies = [Response(status=status, headers={"Location": "/elsewhere"})]
    assert deliver() == 0
    assert Delivery.objects.get().state == DeliveryState.WAITING
    assert deliver() == 1
    first, second = receiver.events
    assert first == second


def test_what_is_refused_is_given_up(receiver: Receiver) -> None:
    a_ticket()
    receiver.replies = [Response(status=422)]
    assert deliver() == 0
    assert (Delivery.objects.get().state, Delivery.objects.get().problem) == ("failed", "refused")


def test_a_redirect_is_not_followed(receiver: Receiver, httpserver: HTTPServer) -> None:
    a_ticket()
    receiver.replies = [Response(status=307, headers={"Location": httpserver.url_for("/inside")})]
    assert deliver() == 0
    assert [request.path for request, _ in httpserver.log] == ["/hook"]
    assert Delivery.objects.get().problem == "redirect"


def test_an_answer_without_end_is_not_read(receiver: Receiver) -> None:
    a_ticket()
    receiver.replies = [Response((b"x" * 100_000 for _ in range(1000)), status=200)]
    assert deliver() == 0
    assert Delivery.objects.get().problem == "not_json"


def test_a_trial(receiver: Receiver, settings: Settings) -> None:
    call_command("outbox_test", "webhook")
    [(_, event)] = receiver.events
    assert (event["type"], event["data"]) == ("test", {})
    settings.OUTBOX_WEBHOOK_SECRET = "whsec_a29ydA=="
    with pytest.raises(CommandError, match="DESK_WEBHOOK_SECRET") as raised:
        call_command("outbox_test", "webhook")
    assert "a29ydA" not in str(raised.value)


def test_bodies_are_json_without_secrets(receiver: Receiver) -> None:
    a_ticket()
    deliver()
    assert json.loads(receiver.bodies[0])
    assert SECRET.encode() not in receiver.bodies[0]
