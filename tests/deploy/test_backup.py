"""A backup made while the desk works, restored into an empty database: everything is there, secrets and sessions are not."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.desk.fake_rasa import FakeRasa
from tests.desk.processes import Browser, Installation
from tests.support.postgresql import PostgreSQL, postgresql  # noqa: F401 - a fixture
from tests.support.product import ROOT

pytestmark = pytest.mark.servers
TRACKER = """CREATE TABLE events (id INTEGER PRIMARY KEY, sender_id VARCHAR(255), data TEXT)"""


@pytest.fixture(scope="module")
def assistant() -> Iterator[FakeRasa]:
    server = FakeRasa()
    yield server
    server.stop()


class Store:
    """An installation on one kind of database, with what a day leaves in it.

    Attributes:
        desk: its processes.
    """

    def __init__(self, folder: Path, assistant: FakeRasa, databases: tuple[str, str] | None) -> None:
        self.databases = databases
        settings = {"DESK_DATABASE_URL": databases[0]} if databases else {}
        self.desk = Installation(folder, assistant.url, **settings)
        self.folder = folder
        (folder / "secrets.env").write_text("RASA_TOKEN=geheim-van-de-test\n", encoding="utf-8")
        self._tracker(TRACKER, "INSERT INTO events VALUES (1, 'klant', '{}'), (2, 'klant', '{}')")
        web, _ = self.desk.web()
        customer = Browser(web)
        number = customer.send("mijn pakket is kapot")
        customer.wait_for("Antwoord op: mijn pakket is kapot", after=number)
        customer.post("human", {})
        self.desk.run(
            "from employees.models import Employee; from django.test import Client\n"
            "from employees.roles import Role, give_roles\n"
            "sanne = Employee.objects.create_user('sanne', password='een lang wachtwoord')\n"
            "give_roles(sanne, [Role.EMPLOYEE])\n"
            "client = Client(); client.force_login(sanne, 'django.contrib.auth.backends.ModelBackend')\n"
        )

    def _tracker(self, *statements: str) -> None:
        if self.databases:
            with psycopg.connect(self.databases[1]) as connection:
                for statement in statements:
                    connection.execute(statement)
        else:
            with closing(sqlite3.connect(self.folder / "rasa.db")) as connection, connection:
                for statement in statements:
                    connection.execute(statement)

    def settings(self) -> dict[str, str]:
        """The environment in which a backup of it is made."""
        return _settings(self.folder, self.databases)


def _settings(folder: Path, databases: tuple[str, str] | None) -> dict[str, str]:
    found = {"DESK_VAR": str(folder)}
    if databases:
        found |= {"DESK_DATABASE_URL": databases[0], "RASA_DATABASE_URL": databases[1]}
    return found


def backup(settings: dict[str, str], *arguments: Any) -> subprocess.CompletedProcess[str]:
    """The command of the documents."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("DESK_", "RASA_"))}
    return subprocess.run(
        [sys.executable, "scripts/backup.py", *map(str, arguments)],
        env=clean | settings,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )


def made(settings: dict[str, str], folder: Path, *options: str) -> Path:
    result = backup(settings, "make", folder, *options)
    assert result.returncode == 0, result.stderr
    return Path(result.stdout.strip())


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, assistant: FakeRasa
) -> Iterator[Store]:
    databases = None
    if request.param == "postgresql":
        server: PostgreSQL = request.getfixturevalue("postgresql")
        databases = server.new_database(), server.new_database()
    store = Store(tmp_path_factory.mktemp("installation"), assistant, databases)
    yield store
    store.desk.stop()


@pytest.fixture
def empty(store: Store, request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """The settings of an installation of the same kind that has nothing yet."""
    if store.databases is None:
        return _settings(tmp_path / "new", None)
    server: PostgreSQL = request.getfixturevalue("postgresql")
    return _settings(tmp_path / "new", (server.new_database(), server.new_database()))


def everything(settings: dict[str, str]) -> dict[str, list[Any]]:
    """All rows of all tables of both databases but employees' sessions."""
    found: dict[str, list[Any]] = {}
    if "DESK_DATABASE_URL" in settings:
        for name in ("DESK_DATABASE_URL", "RASA_DATABASE_URL"):
            with psycopg.connect(settings[name]) as connection:
                tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
                for (table,) in tables.fetchall():
                    rows = connection.execute(f"SELECT t::text FROM {table} t ORDER BY 1").fetchall()
                    found[f"{name} {table}"] = rows
    else:
        for name in ("desk.sqlite3", "rasa.db"):
            with closing(sqlite3.connect(Path(settings["DESK_VAR"]) / name)) as database:
                tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
                for (table,) in tables.fetchall():
                    found[f"{name} {table}"] = database.execute(f"SELECT * FROM {table}").fetchall()
    return {table: rows for table, rows in found.items() if "django_session" not in table}


def test_everything_is_there_after_a_restore(store: Store, empty: dict[str, str], tmp_path: Path) -> None:
    before = everything(store.settings())
    file = made(store.settings(), tmp_path / "backups")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    result = backup(empty, "restore", file)
    assert result.returncode == 0, result.stderr
    assert everything(empty) == before
    assert len(before) > 50
    assert any("kapot" in str(rows) for rows in before.values())
    # The desk itself works on it: the next ticket gets the next number, and the customer's conversation is there.
    program = (
        "from tickets.models import Ticket; from conversations.store import begin\n"
        "from tickets.services import open_in; from tickets.models import Reason\n"
        "from django.contrib.sessions.models import Session\n"
        "old = Ticket.objects.get(); new, _ = open_in(begin('web'), Reason.REQUESTED, key='x')\n"
        "print(old.number, new.number, Session.objects.count())"
    )
    elsewhere = Installation.__new__(Installation)
    elsewhere.environment = store.desk.environment | empty
    old, new, sessions = elsewhere.run(program).split()
    assert int(new.removeprefix("T-")) == int(old.removeprefix("T-")) + 1
    assert sessions == "0"


def test_no_secret_and_no_session_is_in_it(store: Store, tmp_path: Path) -> None:
    file = made(store.settings(), tmp_path / "backups")
    with tarfile.open(file) as archive:
        assert sorted(archive.getnames()) == ["desk", "manifest.json", "rasa"]
        archive.extractall(tmp_path / "unpacked", filter="data")
    contents = b"".join(path.read_bytes() for path in (tmp_path / "unpacked").iterdir())
    session = store.desk.run(
        "from django.contrib.sessions.models import Session; print(Session.objects.get().pk)"
    ).strip()
    secrets = [
        store.desk.environment["DESK_SECRET_KEY"],
        store.desk.service_token,
        "geheim-van-de-test",
        session,
    ]
    assert len(session) > 20
    assert not [secret for secret in secrets if secret.encode() in contents]


def test_a_database_that_is_in_use_is_not_overwritten(store: Store, tmp_path: Path) -> None:
    before = everything(store.settings())
    file = made(store.settings(), tmp_path / "backups")
    result = backup(store.settings(), "restore", file)
    assert (result.returncode, "niet leeg" in result.stderr) == (1, True)
    assert everything(store.settings()) == before


def test_a_damaged_file_restores_nothing(store: Store, empty: dict[str, str], tmp_path: Path) -> None:
    file = made(store.settings(), tmp_path / "backups")
    content = bytearray(file.read_bytes())
    for damaged in (content[: len(content) // 2], b"", b"iets anders"):
        file.write_bytes(damaged)
        result = backup(empty, "restore", file)
        assert result.returncode == 1
        assert len(result.stderr.strip().splitlines()) == 1
    if store.databases is None:
        assert not (Path(empty["DESK_VAR"]) / "desk.sqlite3").exists()
    else:
        assert not everything(empty)


def test_old_backups_are_forgotten(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    for day in ("20260101T000000", "20260102T000000"):
        folder.mkdir(exist_ok=True)
        (folder / f"aanspreekpunt-{day}.tar.gz").write_bytes(b"")
    newest = made(store.settings(), folder, "--keep", "2")
    assert sorted(path.name for path in folder.iterdir()) == [
        "aanspreekpunt-20260102T000000.tar.gz",
        newest.name,
    ]


def test_what_is_no_installation_is_one_sentence(tmp_path: Path) -> None:
    result = backup({"DESK_VAR": str(tmp_path)}, "make", tmp_path / "backups")
    assert (result.returncode, len(result.stderr.strip().splitlines())) == (1, 1)
    assert not list((tmp_path / "backups").iterdir())
    password = backup(
        {"DESK_DATABASE_URL": "postgresql://desk:wachtwoord@127.0.0.1:1/desk"}, "make", tmp_path / "backups"
    )
    assert (password.returncode, "wachtwoord" in password.stderr) == (1, False)
