"""Rasa's tracker store in an SQLite file, kept open.

Rasa opens and closes the file two times in a turn, and writes it in its event loop, so that all its turns wait for the
disk: a quarter of the time of a server that was asked for turns without a pause.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import sqlalchemy
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.events import Event, SessionStarted
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import QueuePool

# Another server that writes the file at this moment.
_PATIENCE_SECONDS = 20
# Events of the latest session, as `SQLTrackerStore._event_query` finds them.
_COUNT = sqlalchemy.text(
    "SELECT count(*) FROM events WHERE sender_id = :sender AND timestamp >= coalesce("
    "(SELECT max(timestamp) FROM events WHERE sender_id = :sender AND type_name = :start), 0)"
)


class OpenSQLite(SQLTrackerStore):
    """`SQLTrackerStore` with the dialect `sqlite`, whose connections stay open and write a log beside the file.

    A power cut may cost the last turns that the assistant remembers, never the file, and no message: those are in the desk's
    database, which does wait for the disk. A process that is killed loses nothing.
    """

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        """As for `SQLTrackerStore`."""
        super().__init__(*arguments, **settings)
        own: Engine = vars(self)["engine"]  # Rasa's class gives it no type
        own.dispose()
        # The last connection to be closed would copy the log into the file, at every turn.
        self.engine = sqlalchemy.create_engine(
            own.url,
            poolclass=QueuePool,
            connect_args={"timeout": _PATIENCE_SECONDS, "check_same_thread": False},
        )
        sqlalchemy.event.listen(self.engine, "connect", _prepare)
        self.sessionmaker = sessionmaker(bind=self.engine)

    def _additional_events(self, session: Session, tracker: DialogueStateTracker) -> Iterator[Event]:
        """Those not stored yet. Rasa builds the query that counts the others anew each time; this one is ready."""
        values = {"sender": tracker.sender_id, "start": SessionStarted.type_name}
        stored = session.execute(_COUNT, values).scalar_one()
        return itertools.islice(tracker.events, stored, None)


def _prepare(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
