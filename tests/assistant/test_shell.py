"""`make shell` talks while `make run` does: with its action server, and beside its Rasa server."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from urllib.parse import urlsplit

from tests.assistant.conftest import ROOT


def shell(said: str, actions_port: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "scripts/shell.py"],
        input=said,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "ACTIONS_PORT": str(actions_port)},
    )


def test_the_assistant_answers_in_the_terminal(action_server):
    with socket.socket() as rasa:
        # As `make run`'s Rasa has it; when it is taken already, so much the better.
        rasa.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if rasa.connect_ex(("127.0.0.1", 5005)):
            rasa.close()
            rasa = socket.create_server(("127.0.0.1", 5005))
        with rasa:
            result = shell("waar blijft mijn bestelling\n/stop\n", urlsplit(action_server).port)
    assert result.returncode == 0, result.stderr
    assert "Wat is uw bestelnummer?" in result.stdout


def test_without_make_run_it_says_so():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    result = shell("", port)
    assert (result.returncode, result.stdout) == (1, "")
    assert "`make run`" in result.stderr
