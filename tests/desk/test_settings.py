"""The desk starts with what it needs, or says in one sentence what is missing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

DESK = Path(__file__).resolve().parents[2] / "desk"


def start(command: list[str], typed: str = "", **changes: str | None) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in {**os.environ, **changes}.items() if value is not None}
    return subprocess.run(
        [sys.executable, *command],
        cwd=DESK,
        env=environment,
        input=typed,
        capture_output=True,
        text=True,
        timeout=60,
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


def test_secrets_that_the_environment_lacks_come_from_the_installation(tmp_path: Path) -> None:
    names = ("DESK_SECRET_KEY", "DESK_SERVICE_TOKEN")
    lines = [f"{name}={'geheim-' * 7}{name}\n" for name in names]
    (tmp_path / "secrets.env").write_text("".join(lines), encoding="utf-8")
    program = "from django.conf import settings; print(settings.SECRET_KEY)"
    command = ["manage.py", "shell", "-v0", "-c", program]
    result = start(command, DESK_VAR=str(tmp_path), **dict.fromkeys(names))
    assert result.stdout.strip() == f"{'geheim-' * 7}DESK_SECRET_KEY", result.stderr


@pytest.mark.parametrize(
    "changes",
    [
        {"DESK_SECRET_KEY": None},
        {"ORGANISATION_FILE": "/nowhere.yml"},
        {"DESK_VAR": "/proc/nowhere"},
        # A fault of what goes out does not concern what comes in: that gets as far as the tables, which are not there.
        {"DESK_SMTP_SECURITY": "geen", "DESK_SMTP_HOST": "mail.example"},
    ],
)
def test_a_wrong_setting_sends_no_mail_back(changes: dict[str, str | None], tmp_path: Path) -> None:
    mail = (
        "From: klant@elders.example\nSubject: Vraag\nMessage-ID: <1@elders.example>\n\nWaar is mijn pakket?\n"
    )
    result = start(["manage.py", "receive_mail"], mail, **{"DESK_VAR": str(tmp_path), **changes})
    assert result.returncode == os.EX_TEMPFAIL, result.stdout + result.stderr


def hosts(**changes: str | None) -> list[str]:
    program = "from django.conf import settings as s; print(*s.ALLOWED_HOSTS)"
    return start(["-c", program], DJANGO_SETTINGS_MODULE="config.settings", **changes).stdout.split()


def test_the_public_name_and_this_machine_are_always_served() -> None:
    here = {"127.0.0.1", "localhost", "[::1]"}
    assert set(hosts(DESK_PUBLIC_URL="https://balie.example:8443")) == {"balie.example", *here}
    named = hosts(DESK_PUBLIC_URL="https://balie.example", DESK_ALLOWED_HOSTS="desk-a, desk-b")
    assert set(named) == {"balie.example", "desk-a", "desk-b", *here}


def test_https_makes_cookies_secure() -> None:
    program = (
        "import django; django.setup(); from django.conf import settings as s; "
        "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 0)"
    )
    assert start(["-c", program], DESK_PUBLIC_URL="https://chat.example").stdout.split() == ["True"] * 3


def test_models_and_migrations_agree() -> None:
    assert start(["manage.py", "makemigrations", "--check", "--dry-run"]).returncode == 0
