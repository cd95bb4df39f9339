"""A customer whom the site has signed in (docs/contracts.md, sections 1 and 2)."""

from __future__ import annotations

import hmac
import json
import time
import uuid
from datetime import timedelta
from typing import Any

import jwt
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.desk.web import Customer

from away.link import link_to
from config import environment
from config.environment import ConfigurationError
from conversations.models import Conversation
from conversations.store import begin
from employees.models import Employee
from identity.jobs import forget_spent_tokens
from identity.known import vouched
from identity.models import Identity, SpentToken
from tickets.models import Reason, Ticket
from tickets.services import open_ticket

pytestmark = pytest.mark.django_db

SITE = "https://www.winkel.example"
OTHER_SITE = "https://www.andere-winkel.example"
SECRET = "een-geheim-van-de-winkel-voor-deze-test"
OTHER_SECRET = "een-geheim-van-de-andere-winkel-voor-deze"


@pytest.fixture(autouse=True)
def sites(settings: Any) -> None:
    settings.SITE_SECRETS = {SITE: SECRET, OTHER_SITE: OTHER_SECRET}


def token(secret: str = SECRET, algorithm: str = "HS256", **claims: Any) -> str:
    now = int(time.time())
    ordinary = {
        "iss": SITE,
        "aud": settings.PUBLIC_URL,
        "sub": "K100001",
        "jti": uuid.uuid4().hex,
        "iat": now,
        "exp": now + 300,
        "name": "Vera Klaver",
        "email": "Vera@klaver.example",
    }
    said = {name: value for name, value in {**ordinary, **claims}.items() if value is not None}
    return jwt.encode(said, secret, algorithm=algorithm)


def begins(client: Client, identity: Any, origin: str | None = SITE) -> dict[str, Any]:
    """A page at `origin` begins a chat with this token."""
    headers = {} if origin is None else {"Origin": origin}
    body = json.dumps({"identity": identity})
    answer = client.post("/api/webchat/conversations", body, content_type="application/json", headers=headers)
    assert answer.status_code == 201
    found: dict[str, Any] = answer.json()
    return found


def hands_over(customer: Customer, identity: Any, origin: str = SITE) -> str:
    """The page hands a token over in a conversation that goes on, and keeps the conversation's new token."""
    answer = asks_to_sign_in(customer, identity, origin)
    assert answer.status_code == 200
    customer.token = answer.json()["token"] or customer.token
    outcome: str = answer.json()["identity"]
    return outcome


def asks_to_sign_in(customer: Customer, identity: Any, origin: str = SITE) -> Any:
    return customer.client.post(
        "/api/webchat/identity",
        json.dumps({"identity": identity}),
        content_type="application/json",
        headers={**customer.headers, "Origin": origin},
    )


def test_the_site_says_who_it_is(client: Client) -> None:
    begun = begins(client, token())
    assert begun["identity"] == "verified"
    identity = Identity.objects.get(conversation__external_id=begun["conversation"])
    assert (identity.site, identity.customer) == (SITE, "K100001")
    assert (identity.name, identity.email) == ("Vera Klaver", "vera@klaver.example")


NOW = int(time.time())


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": 1, "iat": 0},
        {"iat": NOW - 3600, "exp": NOW + 300},
        {"iat": NOW, "exp": NOW + 86_400},
        {"iat": NOW + 86_400, "exp": NOW + 86_500},
        {"iat": NOW + 20, "exp": NOW + 10},
        {"aud": "https://balie.van-een-ander.example"},
        {"aud": None},
        {"iss": OTHER_SITE},
        {"iss": None},
        {"sub": None},
        {"sub": ""},
        {"sub": " \x00 "},
        {"sub": "K" * 65},
        {"jti": None},
        {"jti": ""},
        {"exp": None},
        {"iat": None},
        {"nbf": NOW + 3600},
        {"secret": OTHER_SECRET},
        {"secret": SECRET + "x"},
        {"secret": SECRET, "algorithm": "HS512"},
        {"secret": "", "algorithm": "none"},
    ],
)
@pytest.mark.filterwarnings("ignore::jwt.InsecureKeyLengthWarning")
def test_a_token_that_is_not_good_gives_an_ordinary_chat(client: Client, claims: dict[str, Any]) -> None:
    assert begins(client, token(**claims))["identity"] == "none"
    assert not Identity.objects.exists()
    assert not SpentToken.objects.exists()


@pytest.mark.parametrize("identity", [None, "", 5, [], {}, "x", "a.b.c", "x" * 5000, "\ud800"])
def test_nonsense_gives_an_ordinary_chat(client: Client, identity: Any) -> None:
    assert begins(client, identity)["identity"] == "none"


@given(st.text(max_size=200))
@hypothesis_settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_is_an_error(client: Client, words: str) -> None:
    assert begins(client, words)["identity"] == "none"


@pytest.mark.parametrize("origin", [OTHER_SITE, "null", None, "https://niet-bekend.example", SITE + "/"])
def test_a_token_is_worth_nothing_on_another_site(client: Client, origin: str | None) -> None:
    assert begins(client, token(), origin)["identity"] == "none"


def test_a_token_signs_in_once(client: Client) -> None:
    again = token()
    assert begins(client, again)["identity"] == "verified"
    assert begins(client, again)["identity"] == "none"


def test_spent_tokens_are_forgotten_when_they_have_ended(client: Client) -> None:
    begins(client, token())
    forget_spent_tokens()
    assert SpentToken.objects.count() == 1
    SpentToken.objects.update(until=timezone.now() - timedelta(seconds=1))
    forget_spent_tokens()
    assert not SpentToken.objects.exists()


def test_who_logs_in_halfway_is_known_from_then_on(client: Client) -> None:
    customer = Customer(client)
    ticket = customer.human().json()["ticket"]
    assert hands_over(customer, token()) == "verified"
    found = Ticket.objects.with_number(ticket).get()
    assert (found.verified, found.email) == ({"customer_number": "K100001"}, "vera@klaver.example")
    assert found.history.filter(kind="details_added").exists()


def test_the_same_customer_again_changes_nothing(client: Client) -> None:
    customer = Customer(client)
    assert hands_over(customer, token()) == "verified"
    assert hands_over(customer, token(name="Iemand anders")) == "verified"
    assert Identity.objects.get().name == "Vera Klaver"


def test_another_customer_does_not_get_into_the_conversation(client: Client) -> None:
    customer = Customer(client)
    hands_over(customer, token())
    mine = token(sub="K100002")
    assert hands_over(customer, mine) == "other_customer"
    assert hands_over(customer, token(secret=OTHER_SECRET, iss=OTHER_SITE), OTHER_SITE) == "other_customer"
    assert Identity.objects.get().customer == "K100001"
    assert begins(client, mine)["identity"] == "verified"


# --- What was given out before signing in opens nothing any more ----------------------------------------------------------


def test_who_had_the_conversation_before_does_not_come_along(client: Client) -> None:
    customer = Customer(client)
    before = customer.token
    link = link_to(Conversation.objects.get()).partition("#verder=")[2]
    assert hands_over(customer, token()) == "verified"
    assert customer.read().status_code == 200
    assert customer.send("Zeg mijn abonnement op").status_code == 202
    customer.token = before
    assert customer.read().status_code == 401
    assert customer.send("Stuur het naar mij").status_code == 401
    assert customer.human().status_code == 401
    answer = client.post("/api/webchat/resume", {"link": link}, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (410, "link_expired")


def test_a_link_from_after_signing_in_opens_the_conversation(client: Client) -> None:
    customer = Customer(client)
    hands_over(customer, token())
    link = link_to(Conversation.objects.get()).partition("#verder=")[2]
    answer = client.post("/api/webchat/resume", {"link": link}, content_type="application/json")
    customer.token = answer.json()["token"]
    assert customer.read().status_code == 200


def test_a_token_of_a_conversation_that_began_signed_in_is_good(client: Client) -> None:
    headers = {"Authorization": f"Bearer {begins(client, token())['token']}"}
    assert client.get("/api/webchat/messages", headers=headers).status_code == 200


def test_the_answer_with_the_new_token_may_get_lost(client: Client) -> None:
    customer = Customer(client)
    before = customer.token
    hands_over(customer, token())
    customer.token = before
    assert hands_over(customer, token()) == "verified"
    assert customer.token != before
    assert customer.read().status_code == 200


def test_the_old_token_helps_nobody_but_the_same_customer(client: Client) -> None:
    customer = Customer(client)
    before, used = customer.token, token()
    hands_over(customer, used)
    customer.token = before
    for identity in (used, token(sub="K100002"), "x", None):
        assert asks_to_sign_in(customer, identity).status_code == 401
    other = token(secret=OTHER_SECRET, iss=OTHER_SITE)
    assert asks_to_sign_in(customer, other, OTHER_SITE).status_code == 401
    assert hands_over(customer, token()) == "verified"


def test_a_token_that_stays_good_is_not_replaced(client: Client) -> None:
    customer = Customer(client)
    assert asks_to_sign_in(customer, "x").json() == {"identity": "none", "token": None}
    hands_over(customer, token())
    assert asks_to_sign_in(customer, token()).json() == {"identity": "verified", "token": None}


def test_mail_goes_to_the_address_of_the_site_and_no_longer_to_what_was_said_before(client: Client) -> None:
    customer = Customer(client)
    customer.human()
    Ticket.objects.update(email="vorige@elders.example")
    hands_over(customer, token())
    assert Ticket.objects.get().email == "vera@klaver.example"


def test_a_token_is_handed_over_in_ones_own_conversation_only(client: Client) -> None:
    answer = client.post("/api/webchat/identity", "{}", content_type="application/json")
    assert answer.status_code == 401


def test_a_ticket_carries_what_the_site_said(client: Client, page: Client) -> None:
    begun = begins(client, token())
    conversation = Conversation.objects.get(external_id=begun["conversation"])
    ticket, _ = open_ticket(conversation, Reason.REQUESTED)
    assert (ticket.verified, ticket.email) == ({"customer_number": "K100001"}, "vera@klaver.example")
    shown = page.get(f"/balie/tickets/{ticket.number}/").content.decode()
    for words in (f"Gecontroleerd door {SITE}", "Vera Klaver", "vera@klaver.example", "K100001"):
        assert words in shown


def test_the_site_goes_before_what_the_assistant_found_out(client: Client) -> None:
    begun = begins(client, token())
    body = {"conversation": begun["conversation"], "reason": "requested"}
    client.post(
        "/api/tickets",
        json.dumps(body | {"verified": {"customer_number": "K100009"}}),
        content_type="application/json",
        headers={"Authorization": f"Bearer {settings.SERVICE_TOKEN}", "Idempotency-Key": "1"},
    )
    assert Ticket.objects.get().verified == {"customer_number": "K100001"}


def test_an_ordinary_ticket_is_not_verified(
    conversation: Conversation, sanne: Employee, page: Client
) -> None:
    ticket, _ = open_ticket(conversation, Reason.REQUESTED)
    assert ticket.verified is None
    assert "Niet gecontroleerd" in page.get(f"/balie/tickets/{ticket.number}/").content.decode()


def test_the_assistant_is_told_with_a_proof_for_this_conversation(client: Client) -> None:
    begun = begins(client, token())
    conversation = Conversation.objects.get(external_id=begun["conversation"])
    said = f"{begun['conversation']}\nK100001".encode()
    proof = hmac.new(settings.SERVICE_TOKEN.encode(), said, "sha256").hexdigest()
    assert vouched(conversation) == {"number": "K100001", "proof": proof}
    assert vouched(begin("web")) is None


# --- DESK_SITE_SECRETS ----------------------------------------------------------------------------------------------------


def test_secrets_stand_behind_the_sites(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESK_SITE_SECRETS", f"{SITE}={SECRET}=, http://127.0.0.1:8080={OTHER_SECRET}")
    found = environment.secrets_by_site("DESK_SITE_SECRETS", 32)
    assert found == {SITE: f"{SECRET}=", "http://127.0.0.1:8080": OTHER_SECRET}


@pytest.mark.parametrize(
    "value",
    [
        SITE,
        f"{SITE}=kort",
        f"winkel.example={SECRET}",
        f"{SITE}/={SECRET}",
        f"{SITE}/pad={SECRET}",
        f"https://={SECRET}",
        f"{SITE}={SECRET},{SITE}={OTHER_SECRET}",
    ],
)
def test_half_filled_secrets_stop_the_start(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("DESK_SITE_SECRETS", value)
    with pytest.raises(ConfigurationError, match="DESK_SITE_SECRETS") as problem:
        environment.secrets_by_site("DESK_SITE_SECRETS", 32)
    assert SECRET not in str(problem.value)
