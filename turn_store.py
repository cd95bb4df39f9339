"""Rasa's tracker store in an SQLite file, kept open.

Rasa opens and closes the file two times in a turn, and writes it in its event loop, so that all its turns wait for the
disk: a quarter of the time of a server that was asked for turns without a pause.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy
from rasa.core.tracker_store import SQLTrackerStore
from sqlalchemy.engine import Engine
from sqlalchemy.orm import sessionmaker
from sqlalchemy.pool import QueuePool

# Another server that writes the file at this moment.
_PATIENCE_SECONDS = 20


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


def _prepare(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
