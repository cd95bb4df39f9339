"""The desk starts with what it needs, or says in one sentence what is missing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

DESK = Path(__file__).resolve().parents[2] / "desk"


def start(command: list[str], **changes: str | None) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in {**os.environ, **changes}.items() if value is not None}
    return subprocess.run(
        [sys.executable, *command], cwd=DESK, env=environment, capture_output=True, text=True, timeout=60
    )


CHECK = ["manage.py", "check"]
SERVE = ["-m", "uvicorn", "config.asgi:application", "--port", "0", "--log-level", "critical"]


@pytest.mark.parametrize("command", [CHECK, SERVE], ids=["manage", "uvicorn"])
@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"DESK_SECRET_KEY": None}, "DESK_SECRET_KEY"),
        ({"DESK_SERVICE_TOKEN": "short"}, "DESK_SERVICE_TOKEN"),
        ({"ORGANISATION_FILE": "/nowhere.yml"}, "nowhere.yml"),
    ],
)
def test_says_in_one_sentence_why_it_cannot_start(
    command: list[str], changes: dict[str, str | None], word: str
) -> None:
    result = start(command, **changes)
    assert result.returncode == 1
    assert word in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"RASA_TIMEOUT_SECONDS": "soon"}, "RASA_TIMEOUT_SECONDS"),
        ({"RASA_URL": "localhost:5005"}, "RASA_URL"),
        ({"RASA_URL": "http://127.0.0.1:5005,localhost:5006"}, "RASA_URL"),
        ({"DESK_PUBLIC_URL": "http://chat.example"}, "https"),
        ({"DESK_DATABASE_URL": "mysql://x"}, "DESK_DATABASE_URL"),
        ({"DESK_REQUESTS_AT_ONCE": "0"}, "DESK_REQUESTS_AT_ONCE"),
        ({"DESK_VAR": "/proc/nowhere"}, "DESK_VAR"),
    ],
)
def test_refuses_settings_that_cannot_work(changes: dict[str, str], word: str) -> None:
    result = start(CHECK, **changes)
    assert (result.returncode, word in result.stderr) == (1, True)


def test_https_makes_cookies_secure() -> None:
    program = (
        "import django; django.setup(); from django.conf import settings as s; "
        "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 0)"
    )
    assert start(["-c", program], DESK_PUBLIC_URL="https://chat.example").stdout.split() == ["True"] * 3


def test_models_and_migrations_agree() -> None:
    assert start(["manage.py", "makemigrations", "--check", "--dry-run"]).returncode == 0
