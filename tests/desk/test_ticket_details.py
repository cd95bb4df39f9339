"""What is added to a ticket, and who hears how it stands (docs/contracts.md, section 3)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from conversations.models import Conversation
from employees.models import Employee
from tickets import details, services
from tickets.contact import email_of, given_in, phone_of, postcode_of
from tickets.facts import TicketFacts
from tickets.models import Reason, Ticket

pytestmark = pytest.mark.django_db


class ActionServer:
    """The caller."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.token = settings.SERVICE_TOKEN

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """One call below `/api/`."""
        return self.client.generic(
            method,
            f"/api/{path}",
            b"" if body is None else json.dumps(body).encode(),
            content_type="application/json",
            headers={"Authorization": f"Bearer {self.token}", **headers},
        )

    def add(self, ticket: Ticket, **body: Any) -> Any:
        """Add to a ticket."""
        return self.call("PATCH", f"tickets/{ticket.number}", body)

    def status(self, number: str, proof: Any) -> Any:
        """Ask how it stands."""
        return self.call("POST", f"tickets/{number}/status", {"proof": proof})


@pytest.fixture
def server(client: Client) -> ActionServer:
    return ActionServer(client)


@pytest.fixture
def ticket(conversation: Conversation) -> Ticket:
    facts = TicketFacts(entities={"postcode": "3511 AB"}, phone="+31612345678", email="an@example.org")
    return services.open_ticket(conversation, Reason.REQUESTED, facts=facts)[0]


def test_details_are_checked_masked_and_kept(server: ActionServer, conversation: Conversation) -> None:
    ticket, _ = services.open_ticket(conversation, Reason.REQUESTED)
    before = conversation.revision
    response = server.add(
        ticket,
        phone="06 12 34 56 78",
        email="An@Example.org",
        description="Mijn bsn is 123456782 en de lamp is stuk.",
        wish="call_back",
    )
    assert (response.status_code, response.json()["wish"]) == (200, "call_back")
    ticket.refresh_from_db()
    assert (ticket.phone, ticket.email) == ("+31612345678", "an@example.org")
    assert ticket.description == "Mijn bsn is [BSN] en de lamp is stuk."
    entry = ticket.history.last()
    assert entry is not None
    assert (entry.kind, entry.detail) == (
        "details_added",
        {"fields": ["description", "email", "phone", "wish"]},
    )
    conversation.refresh_from_db()
    assert conversation.revision > before


def test_what_is_not_given_stays(server: ActionServer, ticket: Ticket) -> None:
    server.add(ticket, description="De lamp is stuk.")
    ticket.refresh_from_db()
    assert (ticket.phone, ticket.description) == ("+31612345678", "De lamp is stuk.")


def test_a_time_to_be_called_is_one_of_those_that_were_offered(server: ActionServer, ticket: Ticket) -> None:
    offered = server.call("GET", "callback-slots").json()["slots"]
    assert len(offered) == 6
    response = server.add(ticket, callback_slot=offered[2]["id"], wish="call_back")
    assert response.json()["callback"] == offered[2]["label"]
    assert offered[2]["label"] in response.json()["next_step"]


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({}, "missing", "description"),
        ({"phone": "12345"}, "not_valid", "phone"),
        ({"phone": 612345678}, "wrong_type", "phone"),
        ({"email": "an@"}, "not_valid", "email"),
        ({"description": "x" * 1001}, "too_long", "description"),
        ({"wish": "fax"}, "unknown_value", "wish"),
        ({"callback_slot": "20200101T0900Z"}, "not_valid", "callback_slot"),
    ],
)
def test_wrong_details_are_refused(
    server: ActionServer, ticket: Ticket, body: dict[str, Any], code: str, field: str
) -> None:
    response = server.add(ticket, **body)
    error = response.json()["error"]
    assert (response.status_code, error["code"], error["field"]) == (400, code, field)
    assert ticket.history.count() == 1


def test_a_closed_ticket_takes_no_details(server: ActionServer, ticket: Ticket, sanne: Employee) -> None:
    services.take_over(ticket.pk, sanne)
    assert server.add(ticket, description="nog iets").status_code == 200
    services.close(ticket.pk, sanne)
    response = server.add(ticket, description="te laat")
    assert (response.status_code, response.json()["error"]["code"]) == (409, "ticket_closed")


def test_a_ticket_that_does_not_exist_takes_no_details(server: ActionServer) -> None:
    assert server.call("PATCH", "tickets/T-999999", {"description": "x"}).status_code == 404


@pytest.mark.parametrize("proof", ["06-12345678", "+31 6 12345678", "AN@example.org", "3511ab", "3511 AB"])
def test_who_knows_something_that_is_on_the_ticket_hears_how_it_stands(
    server: ActionServer, ticket: Ticket, proof: str
) -> None:
    response = server.status(ticket.number, proof)
    assert (response.status_code, response.json()["state"]) == (200, "open")


@pytest.mark.parametrize("proof", ["0612345679", "piet@example.org", "3511 AC", "x", "-"])
def test_a_wrong_proof_and_an_unknown_number_get_the_same_answer(
    server: ActionServer, ticket: Ticket, proof: str
) -> None:
    wrong, unknown = server.status(ticket.number, proof), server.status("T-999999", proof)
    assert wrong.status_code == unknown.status_code == 404
    assert wrong.content == unknown.content


def test_what_is_not_on_the_ticket_proves_nothing(server: ActionServer, conversation: Conversation) -> None:
    bare, _ = services.open_ticket(conversation, Reason.REQUESTED)
    for proof in ("0612345678", "an@example.org", "3511 AB", "nonsense"):
        assert server.status(bare.number, proof).status_code == 404
    assert server.status(bare.number, "").status_code == 400


def test_after_many_wrong_proofs_the_right_one_comes_too_late(
    server: ActionServer, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(details, "WRONG_PROOFS_PER_TICKET", details.parse("3 per hour"))
    for postcode in ("1000 AA", "1000 AB", "1000 AC"):
        server.status(ticket.number.lower(), postcode)
    assert server.status(ticket.number, "3511 AB").status_code == 404


@pytest.mark.parametrize(
    ("method", "path"), [("PATCH", "tickets/T-1"), ("POST", "tickets/T-1/status"), ("GET", "callback-slots")]
)
def test_only_with_the_service_token(server: ActionServer, method: str, path: str) -> None:
    server.token = "wrong"
    assert server.call(method, path, {}).status_code == 401


def test_phone_and_email_of_the_first_message_are_kept_as_such(
    server: ActionServer, conversation: Conversation
) -> None:
    entities = {"phone": "0612345678", "email": "geen adres", "order_number": "400123456"}
    body = {"conversation": conversation.external_id, "reason": "requested", "entities": entities}
    server.call("POST", "tickets", body, **{"Idempotency-Key": "m1"})
    ticket = Ticket.objects.get()
    assert (ticket.phone, ticket.email) == ("+31612345678", "")
    assert ticket.entities == {"email": "geen adres", "order_number": "400123456"}


def test_contact_details_are_written_in_one_way() -> None:
    assert phone_of("0031 (0)30-2345678") == "+31302345678"
    assert phone_of("+32 470 12 34 56") == "+32470123456"
    assert [phone_of(text) for text in ("", "bel mij", "06123")] == ["", "", ""]
    assert email_of(" An.Jan@Example.ORG ") == "an.jan@example.org"
    assert [email_of(text) for text in ("", "an@", "a@" + "b" * 260 + ".nl")] == ["", "", ""]
    assert [postcode_of(text) for text in ("1234ab", "1234 AB", "0123 AB", "12345")] == [
        "1234 AB",
        "1234 AB",
        "",
        "",
    ]


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("06 12345678", {"phone": "+31612345678"}),
        ("mijn nummer is 06-1234 5678, na 17.00 uur", {"phone": "+31612345678"}),
        ("+32 470 12 34 56", {"phone": "+32470123456"}),
        ("mail maar naar <An@Example.org>.", {"email": "an@example.org"}),
        ("0612345678 of an@example.org", {"phone": "+31612345678", "email": "an@example.org"}),
        ("bestelling 400123456 en 612345678", {}),
        ("klant K100001, 3511 AB", {}),
        ("F2026-00101 van 26-11-2026", {}),
        ("niet 085 000 12 34, dat is van u", {}),
        ("ik heb gisteren al drie keer gebeld naar 020 1234567 en daar wist niemand iets", {}),
        ("an@", {}),
    ],
)
def test_a_short_message_gives_the_customers_own_number_or_address(text: str, given: dict[str, str]) -> None:
    assert given_in(text) == given


def test_what_is_known_of_how_to_reach_a_customer_stays(ticket: Ticket) -> None:
    details.take_contact(ticket, "0687654321")
    ticket.refresh_from_db()
    assert ticket.phone == "+31612345678"
    Ticket.objects.update(phone="")
    ticket.refresh_from_db()
    details.take_contact(ticket, "0687654321")
    ticket.refresh_from_db()
    assert (ticket.phone, ticket.email) == ("+31687654321", "an@example.org")
    assert ticket.history.latest("id").detail == {"fields": ["phone"]}
