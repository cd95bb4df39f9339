"""What goes wrong before anything starts is one clear sentence and a non-zero exit."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.product import free_ports

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import announce  # noqa: E402 - scripts/ is no package
import environments  # noqa: E402
import run  # noqa: E402
import train  # noqa: E402


def project(tmp_path: Path) -> Path:
    """A copy of the files that a designer edits, with the scripts."""
    for name in (
        "config.yml",
        "domain.yml",
        "endpoints.yml",
        "credentials.yml",
        "organisation.yml",
        "organisation.schema.json",
    ):
        shutil.copy(ROOT / name, tmp_path / name)
    for name in ("data", "scripts", "importers"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


def start(directory: Path, script: str, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(directory / "scripts" / script), *words],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize("name", ["domain.yml", "config.yml", "data/rules/human.yml", "data/nlu/human.yml"])
def test_broken_yaml_is_named_with_file_and_line(tmp_path, name):
    directory = project(tmp_path)
    file = directory / name
    file.write_text(file.read_text(encoding="utf-8") + "\n  kapot: [1,\n", encoding="utf-8")
    result = start(directory, "train.py")
    assert result.returncode == 1
    (sentence,) = result.stderr.strip().splitlines()
    assert sentence.startswith(f"Fout: {name}, regel ")


def test_a_file_that_is_not_utf8_is_named(tmp_path):
    directory = project(tmp_path)
    (directory / "data" / "nlu" / "human.yml").write_bytes("version: '3.1' # één".encode("latin-1"))
    result = start(directory, "train.py")
    assert result.returncode == 1
    assert "data/nlu/human.yml is niet in UTF-8" in result.stderr


def test_a_taken_port_is_named(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        result = start(ROOT, "run.py", DESK_PORT=port, DESK_VAR=str(tmp_path))
    assert result.returncode == 1
    (sentence,) = result.stderr.strip().splitlines()
    assert f"poort {port} voor de balie is niet vrij" in sentence


def test_every_setting_that_cannot_work_is_named(tmp_path):
    desk, rasa, actions = map(str, free_ports(3))
    ports = {"DESK_PORT": desk, "RASA_PORT": rasa, "ACTIONS_PORT": actions}
    wrong = {"DESK_SMTP_HOST": "mail.example", "DESK_SMTP_SECURITY": "geen", "DESK_WEBHOOK_URL": "iets"}
    result = start(ROOT, "run.py", DESK_VAR=str(tmp_path), **ports, **wrong)
    assert result.returncode == 1
    first, *faults = result.stderr.strip().splitlines()
    assert first == "Fout: deze instellingen kloppen niet:"
    named = {fault.strip().partition(":")[0] for fault in faults}
    assert {"DESK_SMTP_SECURITY", "DESK_WEBHOOK_URL"} <= named <= {*wrong, "DESK_WEBHOOK_SECRET"}


def test_settings_of_the_file_count_at_the_start(tmp_path):
    (tmp_path / "settings.env").write_text("DESK_PORT=geen\n", encoding="utf-8")
    without = {name: value for name, value in os.environ.items() if name != "DESK_PORT"}
    command = [sys.executable, str(ROOT / "scripts" / "run.py")]
    environment = {**without, "DESK_VAR": str(tmp_path)}
    result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert (result.returncode, "poort geen" in result.stderr) == (1, True)


def test_a_model_store_without_a_model_is_said_and_holds_nothing_up(tmp_path, capsys):
    run._look_in_the_store({**os.environ, "DESK_VAR": str(tmp_path), "MODEL_STORE": str(tmp_path / "leeg")})
    said = capsys.readouterr().err
    assert said.startswith("Let op: de modelopslag (MODEL_STORE) geeft geen model.")
    assert str(tmp_path / "leeg" / "current") in said


class Clock:
    """Time that passes by sleeping only."""

    def __init__(self):
        self.now, self.looks = 0.0, 0

    def monotonic(self):
        self.looks += 1
        assert self.looks < 1000, "it asks without a pause"
        return self.now

    def sleep(self, seconds):
        self.now += seconds


def test_a_server_that_answers_with_an_error_is_not_asked_without_a_pause(monkeypatch, httpserver):
    httpserver.expect_request("/healthz").respond_with_data("", status=400)
    monkeypatch.setattr(announce, "time", Clock())
    assert not announce._wait_for(httpserver.url_for("/healthz"), deadline=1)
    assert len(httpserver.log) == 4


@pytest.mark.parametrize("port", ["geen", "99999"])
def test_a_port_that_is_no_port_is_named(monkeypatch, port):
    monkeypatch.setenv("DESK_PORT", port)
    with pytest.raises(run.StartError, match=port):
        run._ports({})


def test_a_missing_python_is_one_sentence(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(environments, "ENVIRONMENTS", tmp_path)
    monkeypatch.setattr(environments, "_setup_environment", lambda: None)
    monkeypatch.setattr(environments, "_download_python", lambda: None)
    monkeypatch.setattr(sys, "argv", ["environments.py"])
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    assert environments.main() == 1
    error = capsys.readouterr().err.strip()
    assert error.startswith("Fout: Python 3.10 is niet gevonden")
    assert len(error.splitlines()) == 1


def test_a_shim_that_refuses_to_run_is_passed_over(monkeypatch, tmp_path):
    shim = tmp_path / "python3.99"
    shim.write_text("#!/bin/sh\nexit 127\n", encoding="utf-8")
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    assert environments.find_python(((3, 99),)) is None


def test_the_interpreter_is_found_under_pyenv(monkeypatch, tmp_path):
    version = sys.version_info[:2]
    name = f"python{version[0]}.{version[1]}"
    binary = tmp_path / "versions" / f"{version[0]}.{version[1]}.0" / "bin" / name
    binary.parent.mkdir(parents=True)
    binary.symlink_to(sys.executable)
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    assert environments.find_python((version,)) is not None


def test_secrets_are_random_kept_and_private(tmp_path, monkeypatch):
    for name in run.SECRETS:
        monkeypatch.delenv(name, raising=False)
    first = run._secrets(tmp_path / "secrets.env")
    assert first == run._secrets(tmp_path / "secrets.env")
    assert first != run._secrets(tmp_path / "other.env")
    assert all(len(value) >= 48 for value in first.values())
    assert stat.S_IMODE((tmp_path / "secrets.env").stat().st_mode) == 0o600


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_an_earlier_start_left_open_is_closed_to_other_users(tmp_path):
    var = tmp_path / "var"
    (var / "log").mkdir(parents=True)
    files = [
        var / name
        for name in (
            "desk.sqlite3",
            "settings.env",
            "desk.sqlite3-wal",
            "desk.sqlite3-shm",
            "rasa.db",
            "log/desk-8000.log",
        )
    ]
    for file in files:
        file.touch()
        file.chmod(0o644)
    var.chmod(0o755)
    run._close_to_others(var)
    assert [mode(folder) for folder in (var, var / "log")] == [0o700, 0o700]
    assert {mode(file) for file in files} == {0o600}


def test_a_folder_of_everybody_stays_so(tmp_path):
    (tmp_path / "desk.sqlite3").touch(0o644)
    tmp_path.chmod(0o1777)
    run._close_to_others(tmp_path)
    assert mode(tmp_path) == 0o1777
    assert mode(tmp_path / "desk.sqlite3") == 0o600


def test_a_folder_of_somebody_else_is_named(tmp_path, monkeypatch):
    def refuse(path, mode):
        raise PermissionError(1, "Operation not permitted", str(path))

    tmp_path.chmod(0o755)
    monkeypatch.setattr(Path, "chmod", refuse)
    with pytest.raises(run.StartError, match=f"{tmp_path}.*DESK_VAR"):
        run._close_to_others(tmp_path)


def test_a_model_can_be_read_by_the_user_of_a_container(tmp_path, monkeypatch):
    rasa = tmp_path / ".venv" / "assistant" / "bin" / "rasa"
    rasa.parent.mkdir(parents=True)
    rasa.write_text('#!/bin/sh\nmkdir "$5"; echo model > "$5/$3.tar.gz"\n', encoding="utf-8")
    rasa.chmod(0o755)
    monkeypatch.setattr(train, "ROOT", project(tmp_path))
    monkeypatch.setattr(train, "MODELS", tmp_path / "models")
    monkeypatch.setattr(train, "LOG", tmp_path / "train.log")
    before = os.umask(0o077)
    try:
        model = train.model(0o022)
    finally:
        os.umask(before)
    assert (mode(model.parent), mode(model)) == (0o755, 0o644)


def test_the_fingerprint_changes_with_the_data_and_nothing_else(tmp_path, monkeypatch):
    directory = project(tmp_path)
    monkeypatch.setattr(train, "ROOT", directory)
    before = train.fingerprint()
    (directory / "README.md").write_text("iets", encoding="utf-8")
    assert train.fingerprint() == before
    file = directory / "organisation.yml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("085 000 12 34", "085 000 12 35"), encoding="utf-8"
    )
    assert train.fingerprint() != before


def test_the_locks_are_exact_hashed_and_name_no_address():
    for lock in (ROOT / "requirements").glob("*.lock"):
        text = lock.read_text(encoding="utf-8")
        requirements = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
        assert all("==" in line for line in requirements), lock
        assert text.count("--hash=sha256:") >= len(requirements), lock
        assert "://" not in text, lock


def test_the_socketio_that_loses_messages_is_not_installed():
    lock = (ROOT / "requirements" / "assistant.lock").read_text(encoding="utf-8")
    (line,) = [line for line in lock.splitlines() if line.startswith("python-socketio==")]
    assert tuple(map(int, line.split()[0].split("==")[1].split(".")[:2])) < (5, 10)


@pytest.mark.parametrize("value", ["0", "-1", "65", "1.5", "veel", "²"])
def test_an_impossible_number_of_processes_is_named(monkeypatch, value):
    monkeypatch.setenv("RASA_SERVERS", value)
    with pytest.raises(run.StartError, match="RASA_SERVERS"):
        run._counts()


@pytest.mark.parametrize("name", ["RASA_SERVERS", "SANIC_WORKERS"])
def test_several_rasa_processes_want_redis(monkeypatch, name):
    monkeypatch.setenv(name, "2")
    monkeypatch.delenv("REDIS_URL", raising=False)
    with pytest.raises(run.StartError, match="REDIS_URL"):
        run._counts()
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:6379/0")
    assert run._counts() == {
        "DESK_PROCESSES": "1",
        "DESK_WORKERS": "1",
        "RASA_SERVERS": run._counts()["RASA_SERVERS"],
    }


def second_of_two_ports(listener):
    """Bind to a port of which the one before is free, and give its number."""
    while True:
        with socket.socket() as first:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            with contextlib.suppress(OSError, OverflowError):
                listener.bind(("127.0.0.1", port + 1))
                return port + 1


def test_every_port_of_a_part_must_be_free(monkeypatch):
    with socket.socket() as listener:
        taken = second_of_two_ports(listener)
        listener.listen()
        monkeypatch.setenv("DESK_PORT", str(taken - 1))
        with pytest.raises(run.StartError, match=str(taken)):
            run._ports({"DESK_PROCESSES": "2"})


def test_addresses_follow_one_another():
    assert run._addresses("5005", "2") == "http://127.0.0.1:5005,http://127.0.0.1:5006"
