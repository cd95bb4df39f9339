"""What the compose file has PostgreSQL do when its volume is new, done by a real server."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator

import psycopg
import pytest
import yaml
from tests.support.postgresql import running_postgresql
from tests.support.product import ROOT

COMPOSE = yaml.safe_load((ROOT / "deploy/compose.yml").read_text(encoding="utf-8"))
PASSWORD = "een 'geheim' \"met\" alles; --"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server as the image makes it: superuser and database `desk`, then the file of the configuration."""
    with running_postgresql() as running:
        address = running.new_database().rpartition("/")[0].partition("@")[2]
        with psycopg.connect(f"postgresql://postgres@{address}/postgres", autocommit=True) as superuser:
            superuser.execute("CREATE ROLE desk SUPERUSER LOGIN")
            superuser.execute("CREATE DATABASE desk OWNER desk")
        address_of_desk = f"postgresql://desk@{address}/desk"
        with psycopg.connect(address_of_desk) as desk:
            desk.execute("CREATE TABLE conversations (words text)")
        initial = tmp_path_factory.mktemp("initial") / "rasa.sql"
        initial.write_text(COMPOSE["configs"]["rasa-database"]["content"], encoding="utf-8")
        # As the image's entry point does.
        psql = str(running.programs / "psql")
        subprocess.run(
            [psql, "-v", "ON_ERROR_STOP=1", "--no-psqlrc", "-f", str(initial), address_of_desk],
            env={**os.environ, "RASA_DATABASE_PASSWORD": PASSWORD},
            check=True,
            capture_output=True,
        )
        yield address


def test_rasa_makes_its_tables_in_its_own_database(server: str) -> None:
    with psycopg.connect(f"postgresql://rasa@{server}/rasa") as rasa:
        rasa.execute("CREATE TABLE events (id serial PRIMARY KEY, data text)")
        rasa.execute("INSERT INTO events (data) VALUES ('hallo')")
        assert rasa.execute("SELECT data FROM events").fetchall() == [("hallo",)]


@pytest.mark.parametrize("database", ["desk", "postgres"])
def test_rasa_cannot_enter_another_database(server: str, database: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="CONNECT"):
        psycopg.connect(f"postgresql://rasa@{server}/{database}")


def test_rasa_is_no_superuser_and_has_the_password_that_was_set(server: str) -> None:
    with psycopg.connect(f"postgresql://desk@{server}/desk") as desk:
        found = desk.execute(
            "SELECT rolsuper, rolcreatedb, rolcreaterole, rolbypassrls, rolpassword FROM pg_authid WHERE rolname = 'rasa'"
        ).fetchone()
        assert found is not None
        assert found[:4] == (False, False, False, False)
        assert found[4].startswith("SCRAM-SHA-256$")


def test_every_service_has_the_role_of_its_database() -> None:
    for name, service in COMPOSE["services"].items():
        for variable, value in service.get("environment", {}).items():
            if variable.endswith("DATABASE_URL"):
                role = "rasa" if variable == "RASA_DATABASE_URL" else "desk"
                assert value.startswith(f"postgresql://{role}:"), (name, variable)
                assert value.endswith(f"@postgres:5432/{role}"), (name, variable)
