"""What the assistant remembers is erased in time, and for a customer who asks for it: in SQLite and in PostgreSQL."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from tests.support.postgresql import PostgreSQL, postgresql

from conversations.models import Conversation
from conversations.store import begin
from identity.models import Identity
from retention import jobs, tracker_store
from retention.customer import KnownBy, erase, find
from retention.purge import purge_conversations

__all__ = ["postgresql"]
pytestmark = pytest.mark.django_db
# As `rasa/core/tracker_store.py` of 3.6.21 makes it.
TABLE = (
    "CREATE TABLE events (id {key}, sender_id VARCHAR(255) NOT NULL, type_name VARCHAR(255) NOT NULL, "
    "timestamp FLOAT, intent_name VARCHAR(255), action_name VARCHAR(255), data TEXT)"
)


class Store:
    """Rasa's tables, with events in them."""

    def __init__(self, connection: Any, mark: str) -> None:
        self._connection, self._mark = connection, mark

    def add(self, sender: str, text: str, days_ago: float = 0) -> None:
        """An event."""
        at = (timezone.now() - timedelta(days=days_ago)).timestamp()
        row = (sender, "user", at, json.dumps({"event": "user", "text": text}))
        marks = ", ".join([self._mark] * 4)
        self._connection.execute(
            f"INSERT INTO events (sender_id, type_name, timestamp, data) VALUES ({marks})", row
        )
        self._connection.commit()

    def senders(self) -> set[str]:
        """Of whom anything is kept."""
        found = {sender for (sender,) in self._connection.execute("SELECT sender_id FROM events").fetchall()}
        self._connection.commit()
        return found


@pytest.fixture
def no_store(tmp_path: Path, settings: Any) -> Path:
    settings.RASA_DATABASE_URL, settings.VAR_DIR = "", tmp_path
    return tmp_path


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, no_store: Path, settings: Any) -> Iterator[Store]:
    if request.param == "sqlite":
        with closing(sqlite3.connect(no_store / "rasa.db")) as file:
            file.execute(TABLE.format(key="INTEGER PRIMARY KEY"))
            file.commit()
            yield Store(file, "?")
        return
    server: PostgreSQL = request.getfixturevalue("postgresql")
    settings.RASA_DATABASE_URL = server.new_database()
    with psycopg.connect(settings.RASA_DATABASE_URL) as connection:
        connection.execute(TABLE.format(key="SERIAL PRIMARY KEY"))
        connection.commit()
        yield Store(connection, "%s")


def quiet(days: float) -> Conversation:
    conversation = begin("web")
    Conversation.objects.update(last_message_at=timezone.now() - timedelta(days=days))
    conversation.refresh_from_db()
    return conversation


def test_it_goes_with_the_conversation_after_thirty_days(store: Store) -> None:
    store.add(quiet(31).external_id, "waar is mijn pakket", 31)
    store.add("somebody else", "hallo")
    assert purge_conversations(timezone.now()) == 1
    assert store.senders() == {"somebody else"}


def test_what_the_desk_never_knew_goes_too_and_what_goes_on_stays(store: Store) -> None:
    store.add("on a channel of Rasa's own", "hallo", 31)
    store.add("goes on", "vroeger", 40)
    store.add("goes on", "nu", 1)
    jobs.purge_assistant()
    assert store.senders() == {"goes on"}


def test_all_of_it_goes_also_when_it_is_more_than_a_batch(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "BATCH", 2)
    for number in range(5):
        store.add(f"s{number}", "hallo", 40)
    jobs.purge_assistant()
    assert store.senders() == set()


def signed_in(email: str = "Vera@klaver.example") -> Conversation:
    conversation = begin("web")
    Identity.objects.create(
        conversation=conversation, site="https://winkel.example", customer="K100001", email=email
    )
    return conversation


def test_a_signed_in_customer_without_a_ticket_gets_everything_and_it_is_erased(store: Store) -> None:
    conversation = signed_in()
    store.add(conversation.external_id, "waar is mijn pakket")
    store.add("somebody else", "hallo")
    printed = StringIO()
    call_command("export_customer", "customer_number", "K100001", stdout=printed)
    (exported,) = json.loads(printed.getvalue())["conversations"]
    assert exported["signed_in"]["customer_number"] == "K100001"
    assert exported["assistant"] == [{"event": "user", "text": "waar is mijn pakket"}]
    call_command("erase_customer", "customer_number", "K100001", "--yes", stdout=StringIO())
    assert store.senders() == {"somebody else"}
    assert not Conversation.objects.exists()
    assert not Identity.objects.exists()


@pytest.mark.usefixtures("no_store")
@pytest.mark.parametrize(
    ("known_by", "value", "count"),
    [
        (KnownBy.EMAIL, "vera@klaver.example", 1),
        (KnownBy.EMAIL, "v@klaver.example", 0),
        (KnownBy.CUSTOMER_NUMBER, "K100002", 0),
        (KnownBy.CUSTOMER_NUMBER, "", 0),
        (KnownBy.ORDER_NUMBER, "K100001", 0),
    ],
)
def test_a_signed_in_customer_is_found_by_what_the_site_said(
    known_by: KnownBy, value: str, count: int
) -> None:
    signed_in()
    signed_in("")
    Identity.objects.filter(email="").update(customer="K200000")
    assert len(find(known_by, value).conversations) == count


@pytest.mark.usefixtures("no_store")
def test_without_a_tracker_store_nothing_is_remembered(settings: Any) -> None:
    assert tracker_store.remembered("x") == []
    tracker_store.forget(["x"])
    assert tracker_store.forget_quiet(timezone.now(), 5) == 0
    with closing(sqlite3.connect(settings.VAR_DIR / "rasa.db")) as file:
        file.execute("CREATE TABLE other (id INTEGER)")
    assert tracker_store.remembered("x") == []


def test_when_it_is_not_there_nothing_is_erased_and_the_next_round_does_it(
    no_store: Path, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.RASA_DATABASE_URL = "postgresql://nobody:geheim@127.0.0.1:1/rasa"
    quiet(31)
    jobs.purge()
    jobs.purge_assistant()
    assert "cannot be reached" in caplog.text
    assert "geheim" not in caplog.text
    with pytest.raises(tracker_store.NotReached):
        erase(find(KnownBy.CUSTOMER_NUMBER, signed_in().identity.customer))
    with pytest.raises(CommandError, match="nothing was erased"):
        call_command("erase_customer", "customer_number", "K100001", "--yes", stdout=StringIO())
    with pytest.raises(CommandError, match="cannot be reached"):
        call_command("export_customer", "customer_number", "K100001", stdout=StringIO())
    assert Conversation.objects.count() == 2
    settings.RASA_DATABASE_URL = ""
    jobs.purge()
    assert Conversation.objects.count() == 1


def test_what_was_erased_is_overwritten_in_the_file(no_store: Path) -> None:
    file = no_store / "rasa.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(TABLE.format(key="INTEGER PRIMARY KEY"))
        store = Store(connection, "?")
        store.add("s", "een-heel-bijzonder-woord")
    assert b"een-heel-bijzonder-woord" in file.read_bytes()
    tracker_store.forget(["s"])
    assert b"een-heel-bijzonder-woord" not in file.read_bytes()
