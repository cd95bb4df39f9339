"""Counts afterwards, in the database itself, whether anybody was lost."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import psycopg
from tests.chaos.customer import Customer
from tests.chaos.installation import Installation

_FIRST_NUMBER = 100_000
_MESSAGES = """
    SELECT c.external_id, m.id, m.sender, m.client_id, m.text, m.turn_state, m.in_reply_to_id
    FROM conversations_message m JOIN conversations_conversation c ON c.id = m.conversation_id ORDER BY m.id
"""
_TICKETS = """
    SELECT c.external_id, t.id FROM tickets_ticket t JOIN conversations_conversation c ON c.id = t.conversation_id
"""
_PENDING = "SELECT count(*) FROM conversations_message WHERE turn_state = 'pending'"
_NUMBER = re.compile(r"\bT-\d{6,}\b")


@dataclass
class Kept:
    """What the database holds of one conversation: messages as rows by name, and ticket numbers."""

    messages: list[dict[str, Any]] = field(default_factory=list)
    tickets: list[str] = field(default_factory=list)


def pending(installation: Installation) -> int:
    """How many messages still wait for an answer."""
    return int(_query(installation, _PENDING)[0][0])


def kept(installation: Installation) -> dict[str, Kept]:
    """What the database holds, by conversation."""
    found: dict[str, Kept] = defaultdict(Kept)
    names = ("id", "sender", "client_id", "text", "turn_state", "in_reply_to")
    for conversation, *values in _query(installation, _MESSAGES):
        found[conversation].messages.append(dict(zip(names, values, strict=True)))
    for conversation, key in _query(installation, _TICKETS):
        found[conversation].tickets.append(f"T-{_FIRST_NUMBER + key}")
    return found


def problems(
    customers: list[Customer], shown: dict[str, list[dict[str, Any]]], found: dict[str, Kept]
) -> list[str]:
    """Everything that breaks a promise; empty when nobody was lost.

    Args:
        customers: all who came and began a conversation.
        shown: per conversation what the desk's API gave when the customer left; for some of the customers.
        found: from `kept`.
    """
    wrong: list[str] = []
    for customer in customers:
        mine = found.get(customer.conversation, Kept())
        wrong += [f"{customer.conversation}: {problem}" for problem in _problems(customer, mine)]
        if customer.conversation in shown:
            api = shown[customer.conversation]
            # The customer looked when leaving; what was answered after that is in the database, and perhaps in the stream.
            until = api[-1]["id"] if api else 0
            ids = [one["id"] for one in mine.messages]
            if [one["id"] for one in api] != [one for one in ids if one <= until]:
                wrong.append(f"{customer.conversation}: the API does not give what the database holds")
            stream = [one for one in customer.read if one["id"] <= until]
            later = [one["id"] for one in customer.read[len(stream) :]]
            if later != [one for one in ids if one > until][: len(later)]:
                wrong.append(f"{customer.conversation}: the stream brought {later}, the database holds {ids}")
            if stream != api[: len(stream)]:
                wrong.append(
                    f"{customer.conversation}: the stream missed, repeated or reordered messages: "
                    f"{_difference(stream, api)}"
                )
    return wrong


def _difference(stream: list[dict[str, Any]], api: list[dict[str, Any]]) -> str:
    """Where they begin to differ, without the words that were said."""
    pairs = zip(stream, api, strict=False)
    at = next((count for count, (one, other) in enumerate(pairs) if one != other), len(api))
    ids = [[message["id"] for message in side[max(at - 1, 0) : at + 4]] for side in (stream, api)]
    fields = [name for name in (api[at] if at < len(api) else {}) if stream[at].get(name) != api[at][name]]
    return f"from number {at}, stream {ids[0]}, API {ids[1]}, other {fields}"


def _problems(customer: Customer, mine: Kept) -> Iterator[str]:
    own = [message for message in mine.messages if message["sender"] == "customer"]
    stored = [(message["client_id"], message["id"]) for message in own]
    lost = [sent for sent in customer.sent if sent not in stored]
    if lost:
        yield f"accepted and lost: {lost}"
    twice = [client_id for client_id, count in Counter(name for name, _ in stored).items() if count > 1]
    if twice:
        yield f"stored twice: {twice}"
    order = [sent for sent in stored if sent in customer.sent]
    if not lost and order != customer.sent:
        yield "the customer's messages are in another order"
    yield from _answer_problems(mine, own)
    if any(request.accepted is not None for request in customer.requests):
        if len(mine.tickets) != 1:
            yield f"asked for a person and has {len(mine.tickets)} tickets: {mine.tickets}"
        told = {
            number
            for message in mine.messages
            if message["sender"] != "customer"
            for number in _NUMBER.findall(message["text"])
        }
        if told != set(mine.tickets):
            yield f"was told {sorted(told)}, has {mine.tickets}"
        if any(request.confirmed is None for request in customer.requests):
            yield "asked for a person and never read a ticket number"
    elif len(mine.tickets) > 1:
        yield f"has {len(mine.tickets)} tickets"


def _answer_problems(mine: Kept, own: list[dict[str, Any]]) -> Iterator[str]:
    newest = 0
    for message in own:
        if message["turn_state"] in ("pending", ""):
            yield f"message {message['id']} was never settled"
        answers = [one for one in mine.messages if one["in_reply_to"] == message["id"]]
        if message["turn_state"] in ("answered", "failed") and not answers:
            yield f"message {message['id']} was settled without an answer"
        texts = [answer["text"] for answer in answers]
        if len(texts) != len(set(texts)):
            yield f"message {message['id']} was answered twice"
        if answers and answers[0]["id"] < newest:
            yield f"message {message['id']} was answered before an earlier one"
        newest = max([newest, *(answer["id"] for answer in answers)])


def _query(installation: Installation, statement: str) -> list[tuple[Any, ...]]:
    if installation.database_url:
        with psycopg.connect(installation.database_url) as connection:
            return connection.execute(statement).fetchall()  # type: ignore[arg-type]
    with closing(sqlite3.connect(installation.database_file, timeout=30)) as connection:
        return connection.execute(statement).fetchall()
