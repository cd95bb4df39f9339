"""Wrong combinations of numbers and a postcode are counted over all conversations (docs/contracts.md, section 3)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from limits.errors import StorageError

from channels.limits import limiter
from identity import proofs

NEIGHBOUR = "3511 AB"


def noted(client: Client, body: Any, token: str = "") -> Any:
    headers = {"Authorization": f"Bearer {token or settings.SERVICE_TOKEN}"}
    return client.post("/api/proofs", json.dumps(body), content_type="application/json", headers=headers)


def is_open(client: Client, number: str, postcode: str, fits: bool) -> bool:
    answer = noted(client, {"numbers": [number], "postcode": postcode, "fits": fits})
    assert answer.status_code == 200
    found: bool = answer.json()["is_open"]
    return found


def test_who_tries_number_after_number_is_stopped_also_when_one_fits(client: Client) -> None:
    tried = [is_open(client, f"K1000{number:02}", NEIGHBOUR, False) for number in range(20)]
    assert tried == [True] * 19 + [False]
    assert not is_open(client, "K100077", "3511ab", True)
    assert is_open(client, "K100077", "9711 LM", True)


def test_who_tries_postcode_after_postcode_is_stopped_too(client: Client) -> None:
    for letter in "ABCDEFGHIJKLMNOPQRST":
        is_open(client, "K100001", f"3511 A{letter}", False)
    assert not is_open(client, " k100001", NEIGHBOUR, True)
    assert is_open(client, "K100002", NEIGHBOUR, True)


def test_right_ones_do_not_count(client: Client) -> None:
    assert all(is_open(client, "K100001", NEIGHBOUR, True) for _ in range(50))


def test_without_a_counter_the_count_of_the_conversation_holds(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> bool:
        raise StorageError(OSError())

    monkeypatch.setattr(limiter(), "hit", fails)
    assert is_open(client, "K100001", NEIGHBOUR, False)


def test_nobody_can_read_whose_counts_they_are() -> None:
    assert "3511" not in proofs._key("postcode", NEIGHBOUR)


@pytest.mark.parametrize(
    "change",
    [
        {"numbers": None},
        {"numbers": []},
        {"numbers": "K100001"},
        {"numbers": [5]},
        {"numbers": [None]},
        {"numbers": ["x" * 65]},
        {"numbers": ["x"] * 6},
        {"postcode": None},
        {"postcode": ""},
        {"fits": None},
        {"fits": "ja"},
    ],
    ids=str,
)
def test_nonsense_is_refused(client: Client, change: dict[str, Any]) -> None:
    assert (
        noted(client, {"numbers": ["K100001"], "postcode": NEIGHBOUR, "fits": True, **change}).status_code
        == 400
    )


def test_only_with_the_service_token(client: Client) -> None:
    assert noted(client, {}, "wrong").status_code == 401
