"""Sets the desk up with settings of its own: a database file and secrets in a temporary folder.

`DESK_TEST_DATABASE_URL=postgresql://…` runs the same tests on PostgreSQL (needs psycopg).
"""

# ruff: noqa: E402 - the modules of the desk can only be imported once it is set up

from __future__ import annotations

import importlib
import os
import secrets
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "desk"))
_database = os.environ.pop("DESK_TEST_DATABASE_URL", "")
_folder = tempfile.TemporaryDirectory(prefix="desk-tests-")
for _name in [name for name in os.environ if name.startswith(("DESK_", "RASA_", "REDIS_URL", "BROKER_URL"))]:
    del os.environ[_name]
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "DESK_SECRET_KEY": secrets.token_urlsafe(48),
    "DESK_SERVICE_TOKEN": secrets.token_urlsafe(48),
    "DESK_VAR": _folder.name,
    "DESK_DATABASE_URL": _database,
    "ORGANISATION_FILE": str(Path(__file__).parent / "organisation.yml"),
}

import django

django.setup()

import pytest
import yaml
from django.apps import apps
from django.conf import settings
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate
from django.dispatch import receiver
from django.test import Client
from tests.desk.fake_rasa import FakeRasa

from channels.limits import limiter
from config import threads
from conversations.models import Conversation, Message
from conversations.store import begin
from employees.models import Employee
from employees.roles import Role, give_roles
from organisation.service import service


@receiver(connection_created)
def need_not_survive_a_power_cut(sender: Any, connection: Any, **kwargs: Any) -> None:
    """Waiting for the disk takes most of the time of a test that writes."""
    if connection.vendor == "sqlite":
        connection.cursor().execute("PRAGMA synchronous=OFF")


@receiver(post_migrate)
def begins_with_causes(sender: Any, **kwargs: Any) -> None:
    """A test that empties the database leaves it as a new desk's: with what migrations put there."""
    if sender.label == "closing":
        importlib.import_module("closing.migrations.0002_first_causes").add(apps, None)


@pytest.fixture(autouse=True, scope="session")
def idle_threads(django_db_setup: None) -> Iterator[None]:
    """End the threads before the test database goes: they keep their connections."""
    yield
    threads._executor.shutdown()


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:
    """What one test sends does not count in the next."""
    yield
    limiter().storage.reset()


@pytest.fixture
def rasa() -> Iterator[FakeRasa]:
    """An assistant on a real socket, to which this test's turns go."""
    server = FakeRasa()
    before = settings.RASA_URLS
    settings.RASA_URLS = [server.url]
    yield server
    settings.RASA_URLS = before
    server.stop()


@pytest.fixture
def service_choices(tmp_path: Path) -> Iterator[Callable[..., None]]:
    """Call it with settings of `desk.yml`; the others have their defaults."""
    before = settings.SERVICE_FILE

    def choose(**choices: int | bool) -> None:
        settings.SERVICE_FILE = tmp_path / "desk.yml"
        settings.SERVICE_FILE.write_text(yaml.safe_dump(choices), encoding="utf-8")
        service.cache_clear()

    yield choose
    settings.SERVICE_FILE = before
    service.cache_clear()


@pytest.fixture
def conversation(db: None) -> Conversation:
    return begin("web")


@pytest.fixture
def sanne(db: None) -> Employee:
    return Employee.objects.create_user("sanne", display_name="Sanne")


@pytest.fixture
def joris(db: None) -> Employee:
    return Employee.objects.create_user("joris", display_name="Joris")


@pytest.fixture
def page(client: Client, sanne: Employee) -> Client:
    """The console as Sanne sees it, who handles tickets."""
    give_roles(sanne, [Role.EMPLOYEE])
    client.force_login(sanne)
    return client


def said(conversation: Conversation, **conditions: Any) -> list[Message]:
    """The conversation's messages after the greeting, oldest first."""
    return list(conversation.messages.filter(**conditions).order_by("id")[0 if conditions else 1 :])
