"""PostgreSQL and Redis as servers of the test's own, in a folder of the test, and a disk that can be filled."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psycopg
import psycopg.sql
import redis
from tests.support.product import free_ports

_PATIENCE_SECONDS = 60


class Unavailable(Exception):
    """This machine lacks what the test needs; the text says what."""


class Postgres:
    """A PostgreSQL server.

    Attributes:
        url: of an empty database.
    """

    def __init__(self, folder: Path) -> None:
        """Make a cluster and start it. Raises `Unavailable`."""
        programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
        found = str(programs[-1]) if programs else shutil.which("pg_ctl")
        if not found:
            raise Unavailable("PostgreSQL is not installed (pg_ctl)")
        self._bin, self._data = Path(found).parent, folder / "data"
        self._port = free_ports(1)[0]
        self.url = f"postgresql://postgres@127.0.0.1:{self._port}/desk"
        folder.mkdir(mode=0o755)
        # PostgreSQL refuses to run as root.
        self._as_other = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self._as_other:
            shutil.chown(folder, "postgres")
        self._folder = folder
        self._run("initdb", "-D", str(self._data), "-U", "postgres", "-A", "trust", "--no-sync")
        self._control("start")
        with psycopg.connect(self.url.removesuffix("desk") + "postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE desk")

    def new_database(self, name: str) -> str:
        """One more empty database; its address."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))
        return self.url.removesuffix("desk") + name

    def restart(self) -> None:
        """Crash it and start it again: connections break, what was committed is recovered from the log."""
        self._control("stop", "-m", "immediate")
        self._control("start")

    def processes(self) -> list[int]:
        """The server and the processes of its connections."""
        main = int((self._data / "postmaster.pid").read_text().split()[0])
        listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(main)], capture_output=True, text=True)
        return [main, *map(int, listed.stdout.split())]

    def is_back(self) -> bool:
        """Whether it answers a query."""
        try:
            with psycopg.connect(self.url, connect_timeout=2) as connection:
                connection.execute("SELECT 1")
        except psycopg.Error:
            return False
        return True

    def stop(self) -> None:
        """End it; its files stay in the folder."""
        self._control("stop", "-m", "fast")

    def _control(self, action: str, *options: str) -> None:
        log = ["-l", str(self._folder / "postgres.log")] if action == "start" else []
        listen = f"-p {self._port} -k {self._folder} -c listen_addresses=127.0.0.1"
        start = ["-o", listen] if action == "start" else []
        self._run("pg_ctl", "-D", str(self._data), "-w", "-t", "60", *options, *log, *start, action)

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._as_other, str(self._bin / program), *arguments]
        # Not captured through pipes: the server that pg_ctl leaves behind would hold them open.
        with (self._folder / "setup.log").open("ab") as log:
            subprocess.run(
                command, cwd=self._folder, stdout=log, stderr=log, check=True, timeout=2 * _PATIENCE_SECONDS
            )


class Redis:
    """A Redis server without persistence: it only counts.

    Attributes:
        url: for `DESK_RATE_LIMIT_STORE`.
    """

    def __init__(self, folder: Path) -> None:
        """Start it. Raises `Unavailable`."""
        program = shutil.which("redis-server")
        if not program:
            raise Unavailable("Redis is not installed (redis-server)")
        folder.mkdir()
        port = free_ports(1)[0]
        self.url = f"redis://127.0.0.1:{port}/0"
        self._command = [
            program,
            "--port",
            str(port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--dir",
            str(folder),
        ]
        self._log = folder / "redis.log"
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log)
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not self.is_back():
            if time.monotonic() > deadline or self._process.poll() is not None:
                raise Unavailable(f"Redis does not start:\n{self._log.read_text()[-1000:]}")

    def processes(self) -> list[int]:
        """Its only process."""
        return [self._process.pid]

    def is_back(self) -> bool:
        """Whether it answers."""
        client = redis.Redis.from_url(self.url, socket_timeout=1)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()

    def kill(self) -> None:
        """End it at once."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()


class SmallDisk:
    """A file system of its own, in memory, that can be filled to the last byte: a real ENOSPC for whoever writes."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        """Mount it. Raises `Unavailable`: only root can."""
        folder.mkdir()
        self._folder, self._filler = folder, folder / "filler"
        command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", str(folder)]
        if os.geteuid() != 0 or subprocess.run(command, capture_output=True).returncode:
            raise Unavailable("a file system that can be filled needs root and mount")

    def fill(self) -> None:
        """Write until there is no room for one more byte."""
        with self._filler.open("wb", buffering=0) as file:
            for size in (1024 * 1024, 4096, 1):
                try:
                    while True:
                        file.write(b"x" * size)
                except OSError:
                    continue

    def free(self) -> None:
        """Give the room back."""
        self._filler.unlink()

    def unmount(self) -> None:
        """Take it away with everything on it."""
        subprocess.run(["umount", "--lazy", str(self._folder)], check=True)
