"""A small run of `make chaos`, and that its count finds what is lost, doubled or out of order."""

from __future__ import annotations

import asyncio
import copy
import random
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from tests.chaos import audit
from tests.chaos.audit import Kept
from tests.chaos.customer import Customer, Request
from tests.chaos.installation import Installation
from tests.chaos.plan import Fault, kinds, plan
from tests.chaos.run import Size, figures, run

# --- The plan -------------------------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_faults_and_another_gives_others() -> None:
    possible = kinds("postgres", can_fill_disk=False)
    assert plan(1, possible, 2) == plan(1, possible, 2)
    assert plan(1, possible, 1) != plan(2, possible, 1)


@pytest.mark.parametrize("store", ["sqlite", "postgres"])
def test_every_kind_of_fault_happens(store: str) -> None:
    possible = kinds(store, can_fill_disk=True)
    happened = {(fault.kind, fault.part) for together in plan(7, possible, 1) for fault in together}
    assert happened == set(possible)
    assert ("full", "disk") in possible or store == "postgres"


# --- The count ------------------------------------------------------------------------------------------------------


def customer() -> Customer:
    one = Customer(httpx.AsyncClient(), random.Random(1), "10.0.0.1", conversation="c")
    one.sent = [("c-0", 2), ("c-1", 4)]
    one.requests = [Request("words", False, began=0, accepted=1, confirmed=2)]
    return one


def kept() -> Kept:
    def row(number: int, sender: str, text: str, **fields: Any) -> dict[str, Any]:
        return {
            "id": number,
            "sender": sender,
            "client_id": None,
            "text": text,
            "turn_state": "",
            "in_reply_to": None,
            **fields,
        }

    return Kept(
        [
            row(1, "assistant", "Goedendag."),
            row(2, "customer", "hallo", client_id="c-0", turn_state="answered"),
            row(3, "assistant", "Waarmee?", in_reply_to=2),
            row(4, "customer", "een mens", client_id="c-1", turn_state="answered"),
            row(5, "assistant", "Uw ticket is T-100001.", in_reply_to=4),
        ],
        ["T-100001"],
    )


def test_a_conversation_as_it_should_be_has_no_problems() -> None:
    assert audit.problems([customer()], {}, {"c": kept()}) == []


def lose_a_message(found: Kept) -> None:
    del found.messages[1]


def store_a_message_twice(found: Kept) -> None:
    found.messages.append({**found.messages[1], "id": 6})


def lose_the_ticket(found: Kept) -> None:
    found.tickets.clear()


def open_two_tickets(found: Kept) -> None:
    found.tickets.append("T-100002")


def leave_a_message_waiting(found: Kept) -> None:
    found.messages[1]["turn_state"] = "pending"


def answer_twice(found: Kept) -> None:
    found.messages.append({**found.messages[2], "id": 6})


def answer_in_another_order(found: Kept) -> None:
    found.messages[2]["in_reply_to"], found.messages[4]["in_reply_to"] = 4, 2


def answer_nothing(found: Kept) -> None:
    del found.messages[2]


def tell_nothing(found: Kept) -> None:
    found.messages[4]["text"] = "Er komt iemand."


def tell_another_number(found: Kept) -> None:
    found.messages[4]["text"] = "Uw ticket is T-999999."


@pytest.mark.parametrize(
    "defect",
    [
        lose_a_message,
        store_a_message_twice,
        lose_the_ticket,
        open_two_tickets,
        leave_a_message_waiting,
        answer_twice,
        answer_in_another_order,
        answer_nothing,
        tell_nothing,
        tell_another_number,
    ],
)
def test_a_defect_is_found(defect: Callable[[Kept], None]) -> None:
    found = kept()
    defect(found)
    assert audit.problems([customer()], {}, {"c": found})


def test_a_stream_that_left_something_out_is_found() -> None:
    one, found = customer(), kept()
    shown = [{"id": message["id"], "text": message["text"]} for message in found.messages]
    one.read = copy.deepcopy(shown)
    assert audit.problems([one], {"c": shown}, {"c": found}) == []
    del one.read[1]
    assert audit.problems([one], {"c": shown}, {"c": found})


def test_what_the_stream_brought_after_the_last_look_must_be_in_the_database() -> None:
    one, found = customer(), kept()
    shown = [{"id": message["id"], "text": message["text"]} for message in found.messages]
    one.read = copy.deepcopy(shown)
    assert audit.problems([one], {"c": shown[:-1]}, {"c": found}) == []
    one.read[-1]["id"] = 6
    assert audit.problems([one], {"c": shown[:-1]}, {"c": found})


def test_who_never_read_a_number_is_found() -> None:
    one = customer()
    one.requests[0].confirmed = None
    assert audit.problems([one], {}, {"c": kept()})


# --- The product ----------------------------------------------------------------------------------------------------


@pytest.fixture
def installation() -> Iterator[Installation]:
    installation = Installation("sqlite")
    yield installation
    installation.stop()


@pytest.mark.servers
def test_nobody_is_lost_while_parts_die_under_load(installation: Installation) -> None:
    """Without killing Rasa: loading a model takes longer than this test may."""
    faults = [
        [Fault("kill", "desk", 0, 1)],
        [Fault("stop", "assistant", 4, 1), Fault("kill", "worker", 0, 1)],
        [Fault("full", "disk", 4, 1) if installation.can_fill_disk else Fault("slow", "desk", 4, 1)],
        [Fault("kill", "actions", 0, 1), Fault("garbage", "back_office", 4, 1)],
    ]
    # Recovery is measured by `make chaos`; a machine on which all tests run together says nothing about it.
    outcome = asyncio.run(run(installation, 1, Size(at_once=15, requests=60, must_recover=False), faults))
    found = figures(outcome)
    assert found["problems"] == []
    assert found["human_requests_accepted"] >= 60
    assert found["tickets"] == found["conversations_that_asked"]
