"""Rasa's memory in an SQLite file that stays open: what was said comes back, and other processes can read it."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SessionStarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig
from sqlalchemy import event

from turn_store import OpenSQLite


def opened(file: Path) -> TrackerStore:
    endpoint = EndpointConfig(type="turn_store.OpenSQLite", dialect="sqlite", db=str(file))
    return TrackerStore.create(endpoint, domain=Domain.empty())


def remember(store: TrackerStore, *texts: str) -> None:
    tracker = DialogueStateTracker.from_events("k", [UserUttered(text) for text in texts])
    asyncio.run(store.save(tracker))


def remembered(store: TrackerStore) -> list[str]:
    tracker = asyncio.run(store.retrieve("k"))
    assert tracker is not None
    return [event.text for event in tracker.events if isinstance(event, UserUttered)]


def test_rasa_makes_it_from_its_name_and_it_remembers(tmp_path: Path) -> None:
    store = opened(tmp_path / "rasa.db")
    assert isinstance(store, OpenSQLite)
    remember(store, "hallo")
    remember(store, "hallo", "waar blijft mijn pakket")
    assert remembered(store) == ["hallo", "waar blijft mijn pakket"]


def test_another_process_reads_what_was_committed_and_adds_to_it(tmp_path: Path) -> None:
    file = tmp_path / "rasa.db"
    store, other = opened(file), opened(file)
    remember(store, "hallo")
    remember(other, "hallo", "dag")
    assert remembered(store) == ["hallo", "dag"]


def test_only_what_is_new_is_added_also_after_a_new_session(tmp_path: Path) -> None:
    store = opened(tmp_path / "rasa.db")
    remember(store, "gisteren")
    events: list[Event] = [SessionStarted(), UserUttered("vandaag")]
    tracker = asyncio.run(store.retrieve("k"))
    for new in events:
        tracker.update(new)
    asyncio.run(store.save(tracker))
    assert remembered(store) == ["vandaag"]
    remember_more = asyncio.run(store.retrieve("k"))
    remember_more.update(UserUttered("straks"))
    asyncio.run(store.save(remember_more))
    asyncio.run(store.save(remember_more))
    assert remembered(store) == ["vandaag", "straks"]
    full = asyncio.run(store.retrieve_full_tracker("k"))
    texts = [event.text for event in full.events if isinstance(event, UserUttered)]
    assert texts == ["gisteren", "vandaag", "straks"]


def test_the_connection_stays_open_and_the_log_beside_the_file(tmp_path: Path) -> None:
    file = tmp_path / "rasa.db"
    store = opened(file)
    connects: list[int] = []
    remember(store, "hallo")
    event.listen(store.engine, "connect", lambda *_: connects.append(1))  # type: ignore[attr-defined]
    for number in range(5):
        remember(store, *["hallo"] * (number + 2))
    assert connects == []
    assert file.with_name("rasa.db-wal").exists()


def test_a_file_of_rasas_own_store_keeps_what_was_in_it(tmp_path: Path) -> None:
    file = tmp_path / "rasa.db"
    own = EndpointConfig(type="SQL", dialect="sqlite", db=str(file))
    remember(TrackerStore.create(own, domain=Domain.empty()), "vroeger")
    assert remembered(opened(file)) == ["vroeger"]
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
