#!/usr/bin/env python3
"""Makes a backup of the desk's and Rasa's databases while they are in use, and restores it. In the desk's environment.

    python scripts/backup.py make FOLDER [--keep 14]
    python scripts/backup.py restore FILE

The databases are those of `DESK_DATABASE_URL` and `RASA_DATABASE_URL`, else the SQLite files in `DESK_VAR`. A backup is one
file, for its owner only: it holds what customers wrote. Not in it: settings and secrets (`var/settings.env`,
`var/secrets.env`), which are kept apart, employees' sessions, and trained models, which can be made again. A restore wants
empty databases, and counts rows.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

import installation
import psycopg
from psycopg import sql

_VERSION = 1
_SESSIONS = "django_session"
_CHUNK = 1024 * 1024


class BackupError(Exception):
    """Nothing was made or restored; the message is one sentence."""


class Database(Protocol):
    """One of the two databases.

    Attributes:
        engine: `sqlite` or `postgresql`.
    """

    engine: str

    def dump(self, path: Path) -> dict[str, int]:
        """Write a copy of one moment to a file; the number of rows in each table of it."""

    def is_empty(self) -> bool:
        """Is there nothing that a restore would mix with?"""

    def restore(self, path: Path) -> dict[str, int]:
        """Put the copy in; the number of rows in each table now."""


class SQLite:
    """A file."""

    engine = "sqlite"

    def __init__(self, path: Path) -> None:
        self._path = path

    def exists(self) -> bool:
        """Is there such a file?"""
        return self._path.exists()

    def dump(self, path: Path) -> dict[str, int]:
        """See `Database`."""
        address = f"{self._path.as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as source, closing(sqlite3.connect(path)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
            if _SESSIONS in _sqlite_tables(copy):
                copy.execute(f"DELETE FROM {_SESSIONS}")  # noqa: S608 - our own constant
                copy.commit()
            # What was deleted is otherwise still in the file.
            copy.execute("VACUUM")
            return _sqlite_rows(copy)

    def is_empty(self) -> bool:
        """See `Database`."""
        return not self._path.exists()

    def restore(self, path: Path) -> dict[str, int]:
        """See `Database`."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path)) as copy, closing(sqlite3.connect(self._path)) as target:
            copy.backup(target)
            return _sqlite_rows(target)


def _sqlite_tables(connection: sqlite3.Connection) -> list[str]:
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    return [name for (name,) in found if not name.startswith("sqlite_")]


def _sqlite_rows(connection: sqlite3.Connection) -> dict[str, int]:
    counts = {}
    for name in _sqlite_tables(connection):
        quoted = name.replace('"', '""')
        (counts[name],) = connection.execute(f'SELECT count(*) FROM "{quoted}"').fetchone()  # noqa: S608
    return counts


class PostgreSQL:
    """A database on a server; `pg_dump` and `pg_restore` must be there, no older than the server."""

    engine = "postgresql"

    def __init__(self, url: str) -> None:
        self._url = url

    def dump(self, path: Path) -> dict[str, int]:
        """See `Database`. What is counted and what is written is one snapshot."""
        with psycopg.connect(self._url) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            (snapshot,) = connection.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
            counts = _postgresql_rows(connection)
            options = ["--format=custom", f"--snapshot={snapshot}", f"--exclude-table-data={_SESSIONS}"]
            self._run("pg_dump", *options, "--no-owner", "--no-privileges", f"--file={path}")
        if _SESSIONS in counts:
            counts[_SESSIONS] = 0
        return counts

    def is_empty(self) -> bool:
        """See `Database`."""
        with psycopg.connect(self._url) as connection:
            return not _postgresql_tables(connection)

    def restore(self, path: Path) -> dict[str, int]:
        """See `Database`. All of it or nothing."""
        name = self._settings()["PGDATABASE"]
        options = [
            "--exit-on-error",
            "--single-transaction",
            "--no-owner",
            "--no-privileges",
            f"--dbname={name}",
        ]
        self._run("pg_restore", *options, str(path))
        with psycopg.connect(self._url) as connection:
            return _postgresql_rows(connection)

    def _run(self, program: str, *arguments: str) -> None:
        environment = {**os.environ, **self._settings()}
        folders = [str(folder) for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
        environment["PATH"] = os.pathsep.join([*folders, os.environ.get("PATH", "")])
        try:
            result = subprocess.run([program, *arguments], env=environment, capture_output=True, text=True)
        except FileNotFoundError as error:
            raise BackupError(f"{program} is er niet: installeer postgresql-client.") from error
        if result.returncode:
            raise BackupError(f"{program}: {(result.stderr.strip().splitlines() or ['mislukt'])[-1]}")

    def _settings(self) -> dict[str, str]:
        """The address as libpq reads it from the environment: in a command line everybody could read the password."""
        parts = urlsplit(self._url)
        found = {"PGDATABASE": unquote(parts.path.strip("/"))}
        values = {"PGHOST": parts.hostname, "PGUSER": parts.username, "PGPASSWORD": parts.password}
        found |= {name: unquote(value) for name, value in values.items() if value}
        if parts.port:
            found["PGPORT"] = str(parts.port)
        return found | {
            f"PG{name.upper()}": value for name, value in parse_qsl(parts.query) if name != "options"
        }


def _postgresql_tables(connection: psycopg.Connection[Any]) -> list[str]:
    found = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
    )
    return [name for (name,) in found.fetchall()]


def _postgresql_rows(connection: psycopg.Connection[Any]) -> dict[str, int]:
    counts = {}
    for name in _postgresql_tables(connection):
        query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))
        (counts[name],) = connection.execute(query).fetchone() or (0,)
    return counts


def databases() -> dict[str, Database]:
    """The databases of this installation by name: `desk`, and `rasa` when it has one that can be found."""
    var = installation.var(os.environ)
    desk, rasa = os.environ.get("DESK_DATABASE_URL"), os.environ.get("RASA_DATABASE_URL")
    return {
        "desk": PostgreSQL(desk) if desk else SQLite(var / "desk.sqlite3"),
        "rasa": PostgreSQL(rasa) if rasa else SQLite(var / "rasa.db"),
    }


def make(folder: Path, keep: int | None) -> Path:
    """Make a backup in a folder, with the time in its name, and forget the oldest when there are more than `keep`.

    Raises:
        BackupError: there is no desk, or a database cannot be read.
    """
    folder.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC)
    target = folder / f"aanspreekpunt-{now:%Y%m%dT%H%M%S}.tar.gz"
    with _working_folder(folder) as working:
        contents: dict[str, Any] = {
            "version": _VERSION,
            "made_at": now.isoformat(timespec="seconds"),
            "databases": {},
        }
        for name, database in databases().items():
            if isinstance(database, SQLite) and not database.exists():
                if name == "desk":
                    raise BackupError(
                        "de database van de balie is er niet; klopt DESK_VAR of DESK_DATABASE_URL?"
                    )
                continue
            rows = database.dump(working / name)
            contents["databases"][name] = {
                "engine": database.engine,
                "sha256": _sha256(working / name),
                "rows": rows,
            }
        (working / "manifest.json").write_text(json.dumps(contents, indent=1), encoding="utf-8")
        unfinished = working / "backup.tar.gz"
        with tarfile.open(unfinished, "w:gz", compresslevel=6) as archive:
            for name in ("manifest.json", *contents["databases"]):
                archive.add(working / name, name)
        with unfinished.open("rb") as file:
            os.fsync(file.fileno())
        os.replace(unfinished, target)
    if keep is not None:
        for old in sorted(folder.glob("aanspreekpunt-*.tar.gz"), reverse=True)[keep:]:
            old.unlink()
    return target


def restore(file: Path) -> dict[str, dict[str, int]]:
    """Put a backup into empty databases; the rows of each table by database.

    Raises:
        BackupError: the file is damaged, a database is not empty or of another kind, or not everything arrived.
    """
    targets = databases()
    restored = {}
    with _working_folder(None) as working:
        contents = _unpack(file, working)
        for name, entry in contents["databases"].items():
            if targets[name].engine != entry["engine"]:
                raise BackupError(f"de back-up van {name} is van {entry['engine']}, de installatie niet.")
            if not targets[name].is_empty():
                raise BackupError(f"de database {name} is niet leeg; zet terug in een lege.")
        for name, entry in contents["databases"].items():
            restored[name] = targets[name].restore(working / name)
            if restored[name] != entry["rows"]:
                raise BackupError(f"na het terugzetten heeft {name} niet alle rijen van de back-up.")
    return restored


def _unpack(file: Path, working: Path) -> dict[str, Any]:
    try:
        with tarfile.open(file) as archive:
            archive.extractall(working, filter="data")
        contents: dict[str, Any] = json.loads((working / "manifest.json").read_text(encoding="utf-8"))
        if contents["version"] != _VERSION:
            raise BackupError("de back-up is van een andere versie.")
        if not set(contents["databases"]) <= {"desk", "rasa"}:
            raise BackupError(f"{file} is geen back-up van Aanspreekpunt.")
        for name, entry in contents["databases"].items():
            if _sha256(working / name) != entry["sha256"]:
                raise BackupError(f"{file} is beschadigd: de SHA-256 van {name} klopt niet.")
    except (OSError, EOFError, tarfile.TarError, ValueError, KeyError, TypeError) as error:
        raise BackupError(f"{file} is geen bruikbare back-up ({type(error).__name__}).") from error
    return contents


@contextmanager
def _working_folder(beside: Path | None) -> Iterator[Path]:
    """A folder for this user only, gone afterwards; on the disk of the result, so that this can be renamed into place."""
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=beside) as name:
        yield Path(name)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def main(arguments: list[str] | None = None) -> int:
    """Make or restore; 1 with one sentence when that cannot be done."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    maker = commands.add_parser("make")
    maker.add_argument("folder", type=Path)
    maker.add_argument("--keep", type=int, help="how many backups the folder keeps")
    commands.add_parser("restore").add_argument("file", type=Path)
    options = parser.parse_args(arguments)
    os.umask(0o077)
    try:
        installation.complete(os.environ)
        if options.command == "make":
            print(make(options.folder, options.keep))
        else:
            for name, rows in restore(options.file).items():
                print(f"{name}: {len(rows)} tabellen, {sum(rows.values())} rijen teruggezet")
    except (BackupError, installation.InstallationError, psycopg.Error, sqlite3.Error, OSError) as error:
        line = str(error).strip().splitlines() or [type(error).__name__]
        print(f"Fout: {line[0]}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
