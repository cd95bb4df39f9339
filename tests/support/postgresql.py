"""A PostgreSQL server of the tests' own, in a temporary folder. A test module imports the fixture `postgresql`."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.product import free_ports

# Where Debian has the programs of its versions.
_PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
_SUPERUSER = "postgres"


class PostgreSQL:
    """A server that listens on loopback, without durability: it is thrown away."""

    def __init__(self, programs: Path, folder: Path) -> None:
        """Make the cluster and start it; returns when it answers."""
        self._programs, self._data = programs, folder / "data"
        self._port = free_ports(1)[0]
        # The server refuses to run as root.
        self._as = ["runuser", "-u", _SUPERUSER, "--"] if os.geteuid() == 0 else []
        if self._as:
            account = pwd.getpwnam(_SUPERUSER)
            os.chown(folder, account.pw_uid, account.pw_gid)
        self._run("initdb", "-D", str(self._data), "-A", "trust", "-U", _SUPERUSER, "-N", "-E", "UTF8")
        options = f"-p {self._port} -h 127.0.0.1 -k {folder} -c fsync=off -c max_connections=60"
        log = str(folder / "server.log")
        self._run("pg_ctl", "-D", str(self._data), "-l", log, "-w", "-t", "120", "-o", options, "start")

    def new_database(self) -> str:
        """An empty database; its address for `DESK_DATABASE_URL`."""
        name = f"desk_{uuid.uuid4().hex[:12]}"
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self._port), "-U", _SUPERUSER, name)
        return f"postgresql://{_SUPERUSER}@127.0.0.1:{self._port}/{name}"

    def stop(self) -> None:
        """End it, with whoever is connected."""
        self._run("pg_ctl", "-D", str(self._data), "-m", "immediate", "-w", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._as, str(self._programs / program), *arguments]
        # A server that `pg_ctl` starts keeps its output open, so that is not awaited.
        result = subprocess.run(command, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert result.returncode == 0, f"{program} ended with {result.returncode}"


def programs() -> Path | None:
    """The folder with the newest version's programs; None where PostgreSQL is not installed."""
    return _PROGRAMS[-1] if _PROGRAMS else None


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A server for all tests of the session. Skipped where PostgreSQL is not installed."""
    found = programs()
    if found is None:
        pytest.skip("no PostgreSQL found (apt-get install postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="desk-postgresql-"))
    server = PostgreSQL(found, folder)
    yield server
    server.stop()
    shutil.rmtree(folder)
