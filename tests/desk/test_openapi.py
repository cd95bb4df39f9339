"""The OpenAPI description and the code say the same, and nothing that it allows or forbids breaks a running desk.

`FUZZ_EXAMPLES` sets how much is sent to each address; `make test-heavy` sends far more than `make test`.
"""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.desk.fake_rasa import FakeRasa
from tests.desk.processes import Installation

from api.description import description
from conversations.models import ConversationState, Sender
from tickets.models import Reason, TicketState, Wish

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "15"))
METRICS_TOKEN = "m" * 40
# A stream does not end by itself; what it refuses is in test_hostile_input.py.
ENDLESS = "stream"

schema = schemathesis.openapi.from_dict(description())


# --- The description says what the code says ------------------------------------------------------------------------


def addresses(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        path = prefix + re.sub(r"<\w+:(\w+)>", r"{\1}", str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, path)
        else:
            yield f"/{path}", pattern


PUBLIC = {path: pattern for path, pattern in addresses(get_resolver().url_patterns) if "^" not in path}
PUBLIC = {
    path: pattern
    for path, pattern in PUBLIC.items()
    if path.startswith("/api/") or path in ("/healthz", "/readyz", "/metrics")
}


def test_every_public_address_is_described_and_no_other() -> None:
    assert set(description()["paths"]) == set(PUBLIC)


@pytest.mark.django_db
@pytest.mark.parametrize("path", sorted(PUBLIC))
def test_every_method_is_described_and_no_other(client: Client, path: str) -> None:
    response = client.generic("TRACE", path.replace("{number}", "T-100001"))
    assert response.status_code == 405
    allowed = {method.lower() for method in response.headers["Allow"].split(", ")}
    assert allowed == set(description()["paths"][path]) & {"get", "post", "patch", "put", "delete"}


@pytest.mark.parametrize(
    ("words", "described"),
    [
        (Reason.values, description()["components"]["schemas"]["Reason"]["enum"]),
        (Wish.values, description()["components"]["schemas"]["Wish"]["enum"]),
        (
            ConversationState.values,
            description()["components"]["schemas"]["State"]["properties"]["state"]["enum"],
        ),
        (Sender.values, description()["components"]["schemas"]["Message"]["properties"]["sender"]["enum"]),
        (TicketState.values, description()["components"]["schemas"]["Ticket"]["properties"]["state"]["enum"]),
    ],
)
def test_the_words_are_those_of_the_code(words: list[str], described: list[str]) -> None:
    assert described == words


def test_the_description_is_served(client: Client) -> None:
    assert client.get("/api/openapi.json").json() == description()


# --- The running desk does what the description says, whatever is sent -----------------------------------------------


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    assistant = FakeRasa()
    installation = Installation(tmp_path_factory.mktemp("desk"), assistant.url)
    installation.environment["DESK_METRICS_TOKEN"] = METRICS_TOKEN
    yield installation
    installation.stop()
    assistant.stop()


@pytest.fixture(scope="module")
def web(installation: Installation) -> str:
    return installation.web()[0]


@pytest.fixture(scope="module")
def ticket(web: str, installation: Installation) -> str:
    """The number of a ticket that exists."""
    body = {"conversation": "fuzz", "reason": "requested", "entities": {"phone": "06 12345678"}}
    headers = {"Authorization": f"Bearer {installation.service_token}", "Idempotency-Key": "fuzz"}
    number: str = httpx.post(f"{web}/api/tickets", json=body, headers=headers).json()["number"]
    return number


_addresses = (f"10.1.{high}.{low}" for high, low in itertools.cycle(itertools.product(range(256), repeat=2)))


def authorisation(case: Any, web: str, installation: Installation) -> dict[str, str]:
    """What this operation asks for; everybody comes from an address of their own, so that no limit ends the test."""
    headers = {"X-Forwarded-For": next(_addresses)}
    scheme = next(iter(next(iter(case.operation.definition.raw["security"]), {"": []})))
    token = {"service": installation.service_token, "metrics": METRICS_TOKEN, "": ""}.get(scheme)
    if token is None:
        begun = httpx.post(f"{web}/api/webchat/conversations", headers=headers)
        token = begun.json()["token"]
    return {**headers, "Authorization": f"Bearer {token}"} if token else headers


def says_nothing_it_should_not(context: Any, response: Any, case: Any) -> None:
    """An error names no code of ours, and repeats nothing of what was sent."""
    if response.status_code < 400:
        return
    text = response.text
    for internal in ("Traceback", "django", 'File "', ".py", "sqlite", "SELECT"):
        assert internal not in text, text
    sent = [*strings(case.body), *strings(dict(case.query or {})), *strings(dict(case.path_parameters or {}))]
    message = response.json()["error"]["message"]
    for value in sent:
        assert len(value) < 12 or value not in message


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    says_nothing_it_should_not,
]


@pytest.mark.servers
@schema.exclude(operation_id=ENDLESS).parametrize()
@hypothesis_settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_every_address_survives_everything(
    case: schemathesis.Case, web: str, installation: Installation, ticket: str
) -> None:
    headers = authorisation(case, web, installation)
    response = case.call(base_url=web, headers=headers)
    case.validate_response(response, checks=CHECKS)
    if "number" in (case.path_parameters or {}):
        case.path_parameters["number"] = ticket
        case.validate_response(case.call(base_url=web, headers=headers), checks=CHECKS)
