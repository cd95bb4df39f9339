"""Every address of the console, asked for by everybody: nobody sees more than his role needs.

A new address needs a line in `ADDRESSES`, or the first test fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from django.http.response import HttpResponse, HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from assignment.models import Skill
from canned.models import CannedReply
from channels.models import Attachment, AttachmentContent, AttachmentState
from console.views import live
from conversations.store import begin
from employees import second_factor
from employees.models import Employee
from employees.roles import Role, give_roles
from tags.models import Tag
from tickets.models import Reason, Ticket

ANYBODY = {"anonymous", *Role}
LOGGED_IN = set(Role)
HANDLES_TICKETS = {Role.EMPLOYEE, Role.SUPERVISOR}
SUPERVISES = {Role.SUPERVISOR}
REVIEWS = {Role.DESIGNER}
MANAGES = {Role.ADMINISTRATOR}
# What stands in an address, by the name of its part.
# Further than any sequence comes: on PostgreSQL those go on from test to test, and a row made with the key of another, like
# the account that is logged in, would take its place.
NAMED = 800_000
TICKET = {"number": f"T-{100_000 + NAMED}"}
ACCOUNT = {"pk": str(NAMED)}
TAGGED = TICKET | {"pk": str(NAMED)}
LIST = {"slug": "vaardigheden"}
LIST_ENTRY = LIST | {"pk": str(NAMED)}


@dataclass(frozen=True)
class Address:
    """One address of the console.

    Attributes:
        allowed: who may use it.
        method: how it is used.
        parts: the parts of the address that differ.
        is_stream: answers 401 to who is not logged in, because it cannot show a log-in page.
    """

    allowed: set[str]
    method: str = "GET"
    parts: dict[str, str] = field(default_factory=dict)
    is_stream: bool = False


ADDRESSES = {
    "account": Address(LOGGED_IN),
    "account_edit": Address(MANAGES, parts=ACCOUNT),
    "account_new": Address(MANAGES),
    "account_password": Address(MANAGES, "POST", ACCOUNT),
    "account_second_factor": Address(MANAGES, "POST", ACCOUNT),
    "account_switch": Address(MANAGES, "POST", ACCOUNT),
    "account_unlock": Address(MANAGES, "POST", ACCOUNT),
    "accounts": Address(MANAGES),
    "call": Address(HANDLES_TICKETS, "POST", TICKET),
    "calls": Address(HANDLES_TICKETS),
    "audit": Address(MANAGES),
    "audit_file": Address(MANAGES),
    "close": Address(HANDLES_TICKETS, parts=TICKET),
    "attention": Address(HANDLES_TICKETS, parts=TICKET),
    "canned": Address(HANDLES_TICKETS),
    "canned_delete": Address(SUPERVISES, "POST", ACCOUNT),
    "canned_edit": Address(SUPERVISES, parts=ACCOUNT),
    "canned_new": Address(HANDLES_TICKETS),
    "canned_options": Address(HANDLES_TICKETS, parts=TICKET),
    "counter": Address(HANDLES_TICKETS),
    "deliveries": Address(SUPERVISES),
    "deliveries_retry": Address(SUPERVISES, "POST"),
    "deliveries_skip": Address(SUPERVISES, "POST"),
    "end_sessions": Address(LOGGED_IN, "POST"),
    "facts": Address(HANDLES_TICKETS, parts=TICKET),
    "feedback": Address(SUPERVISES),
    "figures": Address(SUPERVISES),
    "figures_file": Address(SUPERVISES, parts={"table": "dagen"}),
    "given": Address(HANDLES_TICKETS),
    "hand_back": Address(HANDLES_TICKETS, parts=TICKET),
    "list": Address(SUPERVISES, parts=LIST),
    "list_entry": Address(SUPERVISES, parts=LIST_ENTRY),
    "list_switch": Address(SUPERVISES, "POST", LIST_ENTRY),
    "login": Address(ANYBODY),
    "login_code": Address(ANYBODY),
    "logout": Address(ANYBODY, "POST"),
    "manage": Address(SUPERVISES | MANAGES),
    "messages": Address(HANDLES_TICKETS, parts=TICKET),
    "news": Address(HANDLES_TICKETS, is_stream=True),
    "next": Address(HANDLES_TICKETS, "POST"),
    "panel": Address(HANDLES_TICKETS, parts=TICKET),
    "merge": Address(HANDLES_TICKETS, "POST", TICKET),
    "note": Address(HANDLES_TICKETS, "POST", TICKET),
    "priority": Address(HANDLES_TICKETS, "POST", TICKET),
    "snooze": Address(HANDLES_TICKETS, "POST", TICKET),
    "tag": Address(HANDLES_TICKETS, "POST", TICKET),
    "transfer": Address(HANDLES_TICKETS, "POST", TICKET),
    "untag": Address(HANDLES_TICKETS, "POST", TAGGED),
    "wake": Address(HANDLES_TICKETS, "POST", TICKET),
    "password": Address(LOGGED_IN),
    "read": Address(HANDLES_TICKETS, "POST", TICKET),
    "presence": Address(HANDLES_TICKETS, "POST"),
    "present": Address(LOGGED_IN, "POST"),
    "reply": Address(HANDLES_TICKETS, "POST", TICKET),
    "second_factor": Address(LOGGED_IN),
    "second_factor_codes": Address(LOGGED_IN, "POST"),
    "second_factor_confirm": Address(LOGGED_IN, "POST"),
    "second_factor_off": Address(LOGGED_IN, "POST"),
    "second_factor_qr": Address(LOGGED_IN),
    "second_factor_start": Address(LOGGED_IN, "POST"),
    "suggestions": Address(HANDLES_TICKETS, parts=TICKET),
    "summary": Address(HANDLES_TICKETS, parts=TICKET),
    "take": Address(HANDLES_TICKETS, "POST", TICKET),
    "team": Address(SUPERVISES),
    "ticket": Address(HANDLES_TICKETS, parts=TICKET),
    "ticket_deliveries": Address(HANDLES_TICKETS, parts=TICKET),
    "tickets": Address(HANDLES_TICKETS),
    "undelivered": Address(SUPERVISES),
    "attachment": Address(HANDLES_TICKETS, parts=ACCOUNT),
    "ticket_channel": Address(HANDLES_TICKETS, parts=TICKET),
    "send_again": Address(HANDLES_TICKETS, "POST", TAGGED),
    "turns": Address(REVIEWS | SUPERVISES),
    "typing": Address(HANDLES_TICKETS, "POST", TICKET),
}


def names_below(resolver: URLResolver) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from names_below(pattern)
        else:
            assert isinstance(pattern, URLPattern)
            assert pattern.name, f"{pattern.pattern} has no name"
            yield pattern.name


def test_every_address_of_the_console_is_in_the_table() -> None:
    console = next(p for p in get_resolver().url_patterns if getattr(p, "namespace", None) == "console")
    assert sorted(names_below(console)) == sorted(ADDRESSES)


@pytest.fixture
def named(db: None) -> None:
    """What the addresses name: an account, an entry of a list and a ticket."""
    Employee.objects.create_user("iemand", pk=NAMED)
    Skill.objects.create(pk=NAMED, name="Retour", topics=["returns"])
    CannedReply.objects.create(pk=NAMED, title="Groet", text="Dag")
    Tag.objects.create(pk=NAMED, name="Bezorging")
    conversation = begin("web")
    Ticket.objects.create(pk=NAMED, conversation=conversation, reason=Reason.REQUESTED)
    file = Attachment.objects.create(
        pk=NAMED, message=conversation.messages.get(), state=AttachmentState.KEPT, content_type="image/png"
    )
    AttachmentContent.objects.create(attachment=file, data=b"x")


@pytest.fixture(autouse=True)
def streams_without_news(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who may listen is decided before the stream begins; the stream itself would close this test's connection."""

    async def ended(events: object) -> HttpResponse:
        return HttpResponse()

    monkeypatch.setattr(live, "event_stream", ended)


@pytest.fixture
def clients(db: None) -> dict[str, Client]:
    """A browser for everybody."""
    clients = {"anonymous": Client()}
    for role in Role:
        employee = Employee.objects.create_user(role.value)
        give_roles(employee, [role])
        second_factor.begin(employee)  # there is a picture of a key to look at
        clients[role] = Client()
        clients[role].force_login(employee)
    return clients


def ask(client: Client, name: str, address: Address) -> HttpResponseBase:
    return client.generic(address.method, reverse(f"console:{name}", kwargs=address.parts))


@pytest.mark.parametrize("name", sorted(ADDRESSES))
def test_only_who_may_gets_in(name: str, clients: dict[str, Client], named: None) -> None:
    address = ADDRESSES[name]
    for who, client in clients.items():
        response = ask(client, name, address)
        leads_to_log_in = response.get("Location", "").startswith("/balie/inloggen/?next=")
        if who in address.allowed:
            assert response.status_code not in {401, 403, 404, 405, 500}, who
            assert not leads_to_log_in, who
        elif who == "anonymous":
            assert (response.status_code == 401) if address.is_stream else leads_to_log_in
        else:
            assert response.status_code == 403, who


@pytest.mark.parametrize("name", sorted(name for name in ADDRESSES if ADDRESSES[name].method == "POST"))
def test_what_changes_something_is_a_post_and_its_address_leads_to_the_page_of_the_form(
    name: str, clients: dict[str, Client]
) -> None:
    address = ADDRESSES[name]
    for who in address.allowed & LOGGED_IN:
        response = clients[who].get(reverse(f"console:{name}", kwargs=address.parts))
        assert (response.status_code, response["Location"]) == (302, "../"), who
