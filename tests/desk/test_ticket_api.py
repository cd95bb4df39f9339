"""docs/contracts.md, section 3."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from conversations.models import Conversation, Message
from employees.models import Employee
from tickets import services
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


class ActionServer:
    """The caller."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.token = settings.SERVICE_TOKEN

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """One call below `/api/tickets`."""
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return self.client.generic(
            method,
            f"/api/tickets{path}",
            data,
            content_type="application/json",
            headers={"Authorization": f"Bearer {self.token}", **headers},
        )

    def open(self, body: Any, key: str | None = "message-1") -> Any:
        """Open a ticket."""
        return self.call("POST", "", body, **({} if key is None else {"Idempotency-Key": key}))


@pytest.fixture
def server(client: Client) -> ActionServer:
    return ActionServer(client)


def test_opens_a_ticket_and_gives_it_back(server: ActionServer, conversation: Conversation) -> None:
    response = server.open(
        {
            "conversation": conversation.external_id,
            "reason": "not_understood",
            "channel": "web",
            "intent": "track_order",
            "summary": "Waar is bestelling 400123456?",
            "entities": {"order_number": "400123456"},
            "verified": {"order_number": "400123456", "postcode": "1234 AB"},
            "wish": "call_back",
            "transcript": [{"sender": "customer", "text": "hallo"}],
        }
    )
    body = response.json()
    assert response.status_code == 201
    assert (body["state"], body["reason"], body["employee"]) == ("open", "not_understood", None)
    assert body["next_step"].endswith(".")
    ticket = Ticket.objects.with_number(body["number"]).get()
    assert (ticket.intent, ticket.wish, ticket.summary) == (
        "track_order",
        "call_back",
        "Waar is bestelling 400123456?",
    )
    assert ticket.verified == {"order_number": "400123456", "postcode": "1234 AB"}
    conversation.refresh_from_db()
    assert conversation.state == "waiting"
    # The desk has its own copy of what was said.
    assert not Message.objects.filter(text="hallo").exists()
    assert server.call("GET", f"/{body['number']}").json() == body


def test_the_same_key_and_another_key_give_the_open_ticket(
    server: ActionServer, conversation: Conversation
) -> None:
    body = {"conversation": conversation.external_id, "reason": "requested"}
    first = server.open(body)
    again = server.open(body)
    other = server.open({**body, "reason": "frustrated"}, key="message-2")
    assert [first.status_code, again.status_code, other.status_code] == [201, 200, 200]
    assert first.json() == again.json() == other.json()


def test_nulls_are_allowed_where_the_contract_says_so(
    server: ActionServer, conversation: Conversation
) -> None:
    nothing = dict.fromkeys(("intent", "summary", "verified", "wish", "entities", "transcript", "channel"))
    response = server.open({"conversation": conversation.external_id, "reason": "requested", **nothing})
    assert response.status_code == 201


def test_a_conversation_on_rasas_own_channels_comes_with_its_transcript(server: ActionServer) -> None:
    response = server.open(
        {
            "conversation": "rasa-shell-user",
            "reason": "requested",
            "transcript": [
                {"sender": "customer", "text": "mijn bsn is 123456782"},
                {"sender": "assistant", "text": ""},
                {"sender": "assistant", "text": "Dank u."},
            ],
        }
    )
    assert response.status_code == 201
    conversation = Conversation.objects.get(external_id="rasa-shell-user")
    assert (conversation.channel, conversation.is_live, conversation.state) == ("rasa", False, "waiting")
    assert list(conversation.messages.values_list("sender", "text")) == [
        ("customer", "mijn bsn is [BSN]"),
        ("assistant", "Dank u."),
    ]
    assert "030 123 45 67" in response.json()["next_step"]


def test_lists_the_tickets_of_a_conversation_newest_first(
    server: ActionServer, conversation: Conversation, sanne: Employee
) -> None:
    first = services.request_human(conversation)
    services.take_over(first.pk, sanne)
    services.close(first.pk, sanne)
    Ticket.objects.update(closed_at=timezone.now() - timedelta(days=30))
    second = services.request_human(conversation)
    response = server.call("GET", f"?conversation={conversation.external_id}")
    assert [ticket["number"] for ticket in response.json()["tickets"]] == [second.number, first.number]
    assert response.json()["tickets"][1]["employee"] == "Sanne"
    assert server.call("GET", "?conversation=unknown").json() == {"tickets": []}


@pytest.mark.parametrize("number", ["T-999999", "nonsense", "T-" + "9" * 30])
def test_an_unknown_number_is_404(server: ActionServer, number: str) -> None:
    response = server.call("GET", f"/{number}")
    assert (response.status_code, response.json()["error"]["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    "token", ["", "wrong", "é", settings.SERVICE_TOKEN[:-1], settings.SERVICE_TOKEN + "x"]
)
@pytest.mark.parametrize(("method", "path"), [("POST", ""), ("GET", "/T-100001"), ("GET", "?conversation=x")])
def test_only_with_the_service_token(server: ActionServer, token: str, method: str, path: str) -> None:
    server.token = token
    assert server.call(method, path, {} if method == "POST" else None).status_code == 401


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"conversation": None}, "missing", "conversation"),
        ({"conversation": 5}, "wrong_type", "conversation"),
        ({"conversation": "x" * 256}, "too_long", "conversation"),
        ({"reason": None}, "missing", "reason"),
        ({"reason": "because"}, "unknown_value", "reason"),
        ({"wish": "fax"}, "unknown_value", "wish"),
        ({"summary": "x" * 1001}, "too_long", "summary"),
        ({"intent": ["x"]}, "wrong_type", "intent"),
        ({"entities": ["x"]}, "wrong_type", "entities"),
        ({"entities": {"a": 1}}, "wrong_type", "entities"),
        ({"verified": "yes"}, "wrong_type", "verified"),
        ({"transcript": {}}, "wrong_type", "transcript"),
        ({"transcript": ["hallo"]}, "missing", "sender"),
        ({"transcript": [{"sender": "system", "text": "x"}]}, "unknown_value", "sender"),
        ({"channel": "x" * 33}, "too_long", "channel"),
    ],
)
def test_a_wrong_body_is_400(server: ActionServer, changes: dict[str, Any], code: str, field: str) -> None:
    response = server.open({"conversation": "x", "reason": "requested", **changes})
    error = response.json()["error"]
    assert (response.status_code, error["code"], error["field"]) == (400, code, field)
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(("key", "code"), [(None, "missing"), ("", "empty"), ("x" * 129, "too_long")])
def test_the_idempotency_key_is_required(server: ActionServer, key: str | None, code: str) -> None:
    response = server.open({"conversation": "x", "reason": "requested"}, key)
    assert (response.status_code, response.json()["error"]["code"]) == (400, code)


def test_a_list_needs_its_conversation(server: ActionServer) -> None:
    assert server.call("GET", "").status_code == 400


def test_a_long_transcript_fits(server: ActionServer) -> None:
    said = [{"sender": "customer", "text": "é" * 2000} for _ in range(100)]
    assert server.open({"conversation": "x", "reason": "requested", "transcript": said}).status_code == 201
