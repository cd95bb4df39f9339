"""docs/contracts.md, section 1: every answer and every refusal."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import signing
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.desk.web import Customer

from channels import limits, webchat
from conversations.models import Conversation, Message
from employees.models import Employee
from tickets.models import Ticket
from tickets.services import close, reply, take_over

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(client: Client) -> Customer:
    return Customer(client)


def assert_refused(response: Any, status: int, code: str, field: str | None = None) -> None:
    error = response.json()["error"]
    assert (response.status_code, error["code"], error["field"]) == (status, code, field)
    assert error["message"].endswith(".")


# --- What works -----------------------------------------------------------------------------------------------------


def test_a_conversation_begins_with_what_the_assistant_is(client: Client) -> None:
    response = client.post("/api/webchat/conversations", content_type="application/json")
    assert response.status_code == 201
    assert set(response.json()) == {"conversation", "token", "identity"}
    customer = Customer(client)
    (greeting,) = customer.read().json()["messages"]
    assert greeting["sender"] == "assistant"
    assert greeting["name"] == "digitale assistent"
    assert "computerprogramma, geen mens" in greeting["text"]
    assert greeting["buttons"] == [{"title": "Medewerker", "payload": "/talk_to_human"}]
    assert datetime.fromisoformat(greeting["at"]).utcoffset() in {timedelta(hours=1), timedelta(hours=2)}


def test_a_message_is_stored_before_it_is_answered(customer: Customer) -> None:
    response = customer.send("Waar is mijn pakket?")
    assert response.status_code == 202
    stored = Message.objects.get(pk=response.json()["id"])
    assert (stored.text, stored.turn_state) == ("Waar is mijn pakket?", "pending")


def test_messages_come_in_order_after_an_id(customer: Customer) -> None:
    ids = [customer.send(f"bericht {number}", f"c{number}").json()["id"] for number in range(3)]
    body = customer.read(ids[0]).json()
    assert [message["id"] for message in body["messages"]] == ids[1:]
    assert (body["state"], body["ticket"]) == ("with_assistant", None)
    assert set(body["messages"][0]) >= {"id", "at", "sender", "name", "text", "buttons"}


def test_at_most_two_hundred_messages_a_call(customer: Customer) -> None:
    conversation = Conversation.objects.get(external_id=customer.conversation)
    Message.objects.bulk_create(
        Message(conversation=conversation, sender="customer", text="x") for _ in range(250)
    )
    first = customer.read().json()["messages"]
    rest = customer.read(first[-1]["id"]).json()["messages"]
    assert (len(first), len(rest)) == (200, 51)


def test_the_same_client_id_is_the_same_message(customer: Customer) -> None:
    first, again = customer.send("hallo", "x"), customer.send("hallo", "x")
    assert (again.status_code, again.json()) == (202, first.json())
    assert Message.objects.filter(sender="customer").count() == 1


def test_the_same_client_id_in_another_conversation_is_another_message(
    client: Client, customer: Customer
) -> None:
    other = Customer(client)
    assert customer.send("hallo", "x").json() != other.send("hallo", "x").json()


def test_the_human_button_gives_a_number_at_once_and_the_same_one_again(customer: Customer) -> None:
    first, again = customer.human(), customer.human()
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    body = customer.read().json()
    assert (body["state"], body["ticket"]) == ("waiting", first.json()["ticket"])
    told = [message["text"] for message in body["messages"] if message["sender"] == "system"]
    assert len(told) == 1
    assert first.json()["ticket"] in told[0]


def test_the_human_button_needs_no_body(customer: Customer) -> None:
    response = customer.client.generic("POST", "/api/webchat/human", headers=customer.headers)
    assert response.status_code == 201


def test_a_pressed_button_shows_its_title(customer: Customer) -> None:
    customer.send("/talk_to_human")
    message = Message.objects.get(sender="customer")
    assert (message.text, message.payload) == ("Medewerker", "/talk_to_human")


@pytest.mark.parametrize("typed", ["medewerker", " MEDEWERKER! "])
def test_who_types_the_title_of_an_offered_button_has_pressed_it(customer: Customer, typed: str) -> None:
    customer.send(typed)
    message = Message.objects.get(sender="customer")
    assert (message.text, message.payload) == ("Medewerker", "/talk_to_human")


def test_a_title_means_its_button_only_just_after_it_was_offered(customer: Customer) -> None:
    customer.send("hallo", "a")
    customer.send("medewerker", "b")
    assert Message.objects.filter(sender="customer").latest("pk").payload == ""


def test_a_payload_that_was_not_offered_is_text(customer: Customer) -> None:
    customer.send('/inform{"order_number": "400123456"}')
    assert Message.objects.get(sender="customer").payload == ""


def test_a_customer_is_told_that_the_bsn_is_gone(customer: Customer) -> None:
    customer.send("Mijn BSN is 123456782")
    texts = [message["text"] for message in customer.read().json()["messages"]]
    assert texts[1] == "Mijn BSN is [BSN]"
    assert "burgerservicenummer" in texts[2]
    assert not Message.objects.filter(text__contains="123456782").exists()


def test_an_order_number_after_a_masked_bsn_is_kept(customer: Customer) -> None:
    customer.send("Mijn BSN is 123456782", "a")
    customer.send("123456782", "b")
    assert Message.objects.filter(sender="customer", text="123456782").exists()


def test_another_site_may_embed_the_chat_when_it_is_named(client: Client) -> None:
    settings.CORS_ALLOWED_ORIGINS.append("https://winkel.example")
    try:
        for origin, allowed in (
            ("https://winkel.example", "https://winkel.example"),
            ("https://ander.example", None),
        ):
            preflight = client.options(
                "/api/webchat/messages",
                headers={
                    "Origin": origin,
                    "Access-Control-Request-Method": "POST",
                    "Access-Control-Request-Headers": "authorization,content-type",
                },
            )
            assert preflight.headers.get("Access-Control-Allow-Origin") == allowed
            assert "Access-Control-Allow-Credentials" not in preflight.headers
    finally:
        settings.CORS_ALLOWED_ORIGINS.clear()


# --- What does not --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        (b"{", "not_json", None),
        (b"\xff\xfe{\x00}\x00", "not_json", None),
        (b"[" * 20_000, "not_json", None),
        (b"[]", "not_an_object", None),
        (b'"text"', "not_an_object", None),
        (b"{}", "missing", "client_id"),
        ({"client_id": "a"}, "missing", "text"),
        ({"client_id": "a", "text": None}, "missing", "text"),
        ({"client_id": "a", "text": 5}, "wrong_type", "text"),
        ({"client_id": "a", "text": ["hallo"]}, "wrong_type", "text"),
        ({"client_id": 5, "text": "hallo"}, "wrong_type", "client_id"),
        ({"client_id": True, "text": "hallo"}, "wrong_type", "client_id"),
        ({"client_id": "", "text": "hallo"}, "empty", "client_id"),
        ({"client_id": "a" * 65, "text": "hallo"}, "too_long", "client_id"),
        ({"client_id": "a", "text": ""}, "empty", "text"),
        ({"client_id": "a", "text": " \n\t "}, "empty", "text"),
        ({"client_id": "a", "text": "\x00\x00"}, "empty", "text"),
        ({"client_id": "a", "text": "x" * 2001}, "too_long", "text"),
    ],
)
def test_a_wrong_body_is_400_with_a_reason(
    customer: Customer, body: Any, code: str, field: str | None
) -> None:
    assert_refused(customer.post("messages", body), 400, code, field)
    assert not Message.objects.filter(sender="customer").exists()


@pytest.mark.parametrize("after", ["x", "-1", "1.5", "", "٣", "9" * 19, "9" * 400])
def test_after_is_a_number(customer: Customer, after: str) -> None:
    assert_refused(customer.read(after), 400, "not_a_number", "after")


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Bearer a:b:c",
        "Basic abc",
        "Bearer \x7f",
        "Bearer " + "a" * 5000,
        "Bearer " + signing.dumps("00000000-0000-0000-0000-000000000000", salt="another purpose"),
    ],
)
@pytest.mark.parametrize(
    ("method", "path"), [("get", "messages"), ("post", "messages"), ("post", "human"), ("get", "stream")]
)
async def test_no_good_token_is_401(async_client: Any, header: str | None, method: str, path: str) -> None:
    headers = {} if header is None else {"Authorization": header}
    response = await getattr(async_client, method)(f"/api/webchat/{path}", headers=headers)
    assert_refused(response, 401, "no_token")
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_a_token_expires_a_month_after_the_latest_word(customer: Customer) -> None:
    for days, status in ((29, 200), (31, 401)):
        Conversation.objects.update(last_message_at=timezone.now() - timedelta(days=days))
        assert customer.read().status_code == status
    assert_refused(customer.human(), 401, "no_token")


def test_the_answer_to_a_ticket_that_was_put_aside_for_long_can_be_read(
    customer: Customer, sanne: Employee, monkeypatch: pytest.MonkeyPatch
) -> None:
    months_ago = int((timezone.now() - timedelta(days=80)).timestamp())
    with monkeypatch.context() as then:
        then.setattr(signing.TimestampSigner, "timestamp", lambda self: signing.b62_encode(months_ago))
        customer.token = webchat.channel.token_for(Conversation.objects.get())
    customer.human()
    ticket = Ticket.objects.get()
    take_over(ticket.pk, sanne)
    Conversation.objects.update(last_message_at=timezone.now() - timedelta(days=75))
    assert customer.read().json()["ticket"] == ticket.number
    reply(ticket.pk, sanne, "Het is gevonden.", "1")
    close(ticket.pk, sanne)
    assert "Het is gevonden." in [message["text"] for message in customer.read().json()["messages"]]


def test_a_changed_token_is_401(customer: Customer) -> None:
    customer.token = customer.token[:-1] + ("A" if customer.token[-1] != "A" else "B")
    assert_refused(customer.read(), 401, "no_token")


def test_a_token_opens_its_own_conversation_only(client: Client, customer: Customer) -> None:
    customer.send("geheim")
    texts = [message["text"] for message in Customer(client).read().json()["messages"]]
    assert "geheim" not in texts


def test_a_conversation_that_is_gone_is_404(customer: Customer) -> None:
    Conversation.objects.all().delete()
    assert_refused(customer.read(), 404, "conversation_gone")
    assert_refused(customer.send("hallo"), 404, "conversation_gone")
    assert_refused(customer.human(), 404, "conversation_gone")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("get", "conversations", "POST"),
        ("delete", "messages", "GET, POST"),
        ("post", "stream", "GET"),
        ("get", "human", "POST"),
    ],
)
def test_a_wrong_method_is_405(client: Client, method: str, path: str, allowed: str) -> None:
    response = getattr(client, method)(f"/api/webchat/{path}")
    assert_refused(response, 405, "method_not_allowed")
    assert response.headers["Allow"] == allowed


@pytest.mark.parametrize("path", ["messages", "human"])
@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""]
)
def test_another_content_type_is_415(customer: Customer, path: str, content_type: str) -> None:
    assert_refused(customer.post(path, "{}", content_type), 415, "unsupported_media_type")


def test_json_with_a_charset_is_json(customer: Customer) -> None:
    body = json.dumps({"client_id": "a", "text": "hallo"})
    assert customer.post("messages", body, "application/json; charset=utf-8").status_code == 202


def test_an_unknown_address_is_404_in_json(client: Client) -> None:
    assert_refused(client.get("/api/webchat/nothing"), 404, "not_found")


def test_too_many_messages_are_429_but_a_human_never_is(customer: Customer) -> None:
    for number in range(limits.MESSAGES_PER_CONVERSATION.amount):
        assert customer.send("hallo", f"c{number}").status_code == 202
    refused = customer.send("hallo", "one too many")
    assert_refused(refused, 429, "too_many_requests")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert all(customer.human().status_code == 201 for _ in range(100))
    assert customer.read().status_code == 200


def test_too_many_conversations_from_one_address_are_429(client: Client) -> None:
    for _ in range(limits.CONVERSATIONS_PER_ADDRESS.amount):
        limits.limiter().hit(limits.CONVERSATIONS_PER_ADDRESS, "conversation", "127.0.0.1")
    assert_refused(
        client.post("/api/webchat/conversations", content_type="application/json"), 429, "too_many_requests"
    )
    elsewhere = client.post(
        "/api/webchat/conversations", content_type="application/json", REMOTE_ADDR="192.0.2.1"
    )
    assert elsewhere.status_code == 201


def test_one_subscriber_with_many_ipv6_addresses_is_one_address(client: Client) -> None:
    for _ in range(limits.CONVERSATIONS_PER_ADDRESS.amount):
        limits.limiter().hit(limits.CONVERSATIONS_PER_ADDRESS, "conversation", "2001:db8:1:2::")
    assert (
        client.post(
            "/api/webchat/conversations", content_type="application/json", REMOTE_ADDR="2001:db8:1:2::77"
        ).status_code
        == 429
    )
    assert (
        client.post(
            "/api/webchat/conversations", content_type="application/json", REMOTE_ADDR="2001:db8:1:3::77"
        ).status_code
        == 201
    )


@pytest.mark.parametrize(
    ("error", "status"), [(OperationalError("read-only"), 503), (KeyError("a bug"), 500)]
)
def test_whatever_breaks_the_answer_tells_where_to_go(
    customer: Customer, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    def fail(*arguments: Any) -> None:
        raise error

    monkeypatch.setattr(webchat.channel, "receive", fail)
    response = customer.send("hallo")
    assert_refused(response, status, "unavailable")
    assert "030 123 45 67" in response.json()["error"]["message"]
    assert "service@lindenhof.example" in response.json()["error"]["message"]


# --- Whatever a stranger types --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "stored"),
    [
        (r'"a\u0000b"', "ab"),
        (r'"kapot \ud83d teken"', "kapot \ufffd teken"),
        (r'"heel \ud83d\ude00"', "heel 😀"),
        ('"﷽ﷺﷺﷺﷺﷺﷺﷺﷺ"', "﷽ﷺﷺﷺﷺﷺﷺﷺﷺ"),
        (r'"regel\r\ntwee"', "regel\ntwee"),
        (r'"a\u0008b"', "ab"),
    ],
)
def test_odd_characters_do_no_harm(customer: Customer, raw: str, stored: str) -> None:
    body = '{"client_id": "a", "text": ' + raw + "}"
    response = customer.post("messages", body)
    assert response.status_code == 202
    assert Message.objects.get(pk=response.json()["id"]).text == stored
    assert customer.read().status_code == 200


values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(st.characters(), max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(body=st.fixed_dictionaries({}, optional={"client_id": values, "text": values}) | values)
@hypothesis_settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_body_leads_to_a_server_error(customer: Customer, body: Any) -> None:
    assert customer.post("messages", body).status_code in {202, 400, 429}


@given(body=st.binary(max_size=60))
@hypothesis_settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_bytes_lead_to_a_server_error(customer: Customer, body: bytes) -> None:
    for path in ("messages", "human"):
        assert customer.post(path, body).status_code in {201, 202, 400}
