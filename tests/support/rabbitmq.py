"""A RabbitMQ server of the tests' own, in a temporary folder. A test module imports the fixture `rabbitmq`."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pika
import pytest
from pika.exceptions import AMQPError

from tests.support.product import free_ports

# Debian's own program, without the script around it that wants another user.
_PROGRAM = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
_PATIENCE_SECONDS = 120


class RabbitMQ:
    """A server on loopback.

    Attributes:
        url: for `BROKER_URL`.
    """

    def __init__(self, folder: Path) -> None:
        """Only the name server of Erlang runs. `folder` is empty."""
        self._folder = folder
        port, distribution, names = free_ports(3)
        self.url = f"amqp://guest:guest@127.0.0.1:{port}/%2F"
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),  # the cookie
            "RABBITMQ_NODENAME": f"desk{port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(port),
            "RABBITMQ_DIST_PORT": str(distribution),
            "RABBITMQ_MNESIA_BASE": str(folder / "data"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1 -kernel inet_dist_use_interface {127,0,0,1}",
            "ERL_EPMD_PORT": str(names),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
        }
        self._process: subprocess.Popen[bytes] | None = None
        # Otherwise the server starts the name server itself, as a daemon that stays.
        self._names = subprocess.Popen(["epmd"], env=self._environment, stdout=subprocess.DEVNULL)

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        with (self._folder / "output.log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(_PROGRAM)], env=self._environment, stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                pika.BlockingConnection(pika.URLParameters(self.url)).close()
            except (AMQPError, OSError):
                try:
                    self._process.wait(timeout=0.2)
                except subprocess.TimeoutExpired:
                    continue
                break
            else:
                return
        raise AssertionError((self._folder / "output.log").read_text()[-3000:])

    def kill(self) -> None:
        """End it at once."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def stop(self) -> None:
        """End it and the name server."""
        self.kill()
        self._names.terminate()
        self._names.wait()


@pytest.fixture(scope="module")
def rabbitmq() -> Iterator[RabbitMQ]:
    """A server for the tests of a module. Skipped where RabbitMQ is not installed."""
    if not _PROGRAM.exists():
        pytest.skip("no RabbitMQ found (apt-get install rabbitmq-server)")
    folder = Path(tempfile.mkdtemp(prefix="desk-rabbitmq-"))
    server = RabbitMQ(folder)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder)
