"""A PostgreSQL server of the tests' own, in a temporary folder. A test module imports the fixture `postgresql`, or makes
one with `running_postgresql`."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.support.product import free_ports
from tests.support.unavailable import UnavailableError

# Where Debian has the programs of its versions.
_PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
_SUPERUSER = "postgres"
_START_SECONDS = 120


class PostgreSQL:
    """A server that listens on loopback.

    Attributes:
        programs: the folder with PostgreSQL's own programs.
    """

    def __init__(self, folder: Path, *, durable: bool = False, most_connections: int = 60) -> None:
        """Make the cluster and start it; returns when it answers. Raises `UnavailableError`.

        Args:
            folder: for its files; made when it is not there. PostgreSQL's own user must get through to it.
            durable: what was committed survives a crash. A server that is only thrown away is faster without.
            most_connections: how many it takes at the same time.
        """
        if not _PROGRAMS:
            raise UnavailableError("no PostgreSQL found (apt-get install postgresql)")
        self.programs, self._data, self._log = _PROGRAMS[-1], folder / "data", folder / "server.log"
        self._port = free_ports(1)[0]
        folder.mkdir(exist_ok=True)
        # The server refuses to run as root.
        self._as = ["runuser", "-u", _SUPERUSER, "--"] if os.geteuid() == 0 else []
        if self._as:
            shutil.chown(folder, _SUPERUSER, _SUPERUSER)
        self._options = f"-p {self._port} -h 127.0.0.1 -k {folder} -c max_connections={most_connections}"
        if not durable:
            self._options += " -c fsync=off"
        self._run("initdb", "-D", str(self._data), "-A", "trust", "-U", _SUPERUSER, "-N", "-E", "UTF8")
        self._start()

    def new_database(self) -> str:
        """An empty database; its address for `DESK_DATABASE_URL`."""
        name = f"desk_{uuid.uuid4().hex[:12]}"
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self._port), "-U", _SUPERUSER, name)
        return self._url(name)

    def restart(self) -> None:
        """Crash it and start it again: connections break, what was committed is recovered from the log."""
        self.stop()
        self._start()

    def processes(self) -> list[int]:
        """The server and the processes of its connections."""
        main = int((self._data / "postmaster.pid").read_text().split()[0])
        listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(main)], capture_output=True, text=True)
        return [main, *map(int, listed.stdout.split())]

    def is_back(self) -> bool:
        """Whether it answers a query."""
        try:
            with psycopg.connect(self._url("postgres"), connect_timeout=2) as connection:
                connection.execute("SELECT 1")
        except psycopg.Error:
            return False
        return True

    def stop(self) -> None:
        """End it, with whoever is connected; its files stay in the folder."""
        self._run("pg_ctl", "-D", str(self._data), "-m", "immediate", "-w", "stop")

    def _start(self) -> None:
        log, seconds = str(self._log), str(_START_SECONDS)
        self._run(
            "pg_ctl", "-D", str(self._data), "-l", log, "-w", "-t", seconds, "-o", self._options, "start"
        )

    def _url(self, database: str) -> str:
        return f"postgresql://{_SUPERUSER}@127.0.0.1:{self._port}/{database}"

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._as, str(self.programs / program), *arguments]
        # A server that `pg_ctl` starts keeps its output open, so that is not awaited.
        result = subprocess.run(command, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert result.returncode == 0, f"{program} ended with {result.returncode}"


@contextmanager
def running_postgresql() -> Iterator[PostgreSQL]:
    """A server for as long as the block runs. The test is skipped where PostgreSQL is not installed."""
    folder = Path(tempfile.mkdtemp(prefix="tests-postgresql-"))
    try:
        server = PostgreSQL(folder)
    except UnavailableError as lacking:
        pytest.skip(str(lacking))
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A server for all tests of the session."""
    with running_postgresql() as server:
        yield server
