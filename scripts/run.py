#!/usr/bin/env python3
"""`make run`: checks, migrates, trains when needed, and starts everything under supervisor.

Settings from the environment: `DESK_PORT` (8000), `RASA_PORT` (5005), `ACTIONS_PORT` (5055), `DESK_VAR` (var/), and those of
docs/contracts.md.
"""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
from pathlib import Path

import train
import yaml

ROOT = Path(__file__).resolve().parent.parent
PORTS = {
    "DESK_PORT": ("8000", "de balie"),
    "RASA_PORT": ("5005", "Rasa"),
    "ACTIONS_PORT": ("5055", "de actieserver"),
}
SECRETS = ("DESK_SECRET_KEY", "DESK_SERVICE_TOKEN", "RASA_TOKEN")
# Who sets the desk up makes the other accounts, sees the figures and answers the first customers.
FIRST_ROLES = ("administrator", "supervisor", "employee")


class StartError(Exception):
    """Nothing can be started; the message is one sentence."""


def main() -> int:
    """Start everything; does not return when that works. 1 with one sentence when it does not."""
    try:
        environment = {**os.environ, **_ports()}
        var = Path(os.environ.get("DESK_VAR", ROOT / "var")).resolve()
        (var / "log").mkdir(parents=True, exist_ok=True)
        environment |= {
            **_secrets(var / "secrets.env"),
            "DESK_VAR": str(var),
            "DESK_URL": f"http://127.0.0.1:{environment['DESK_PORT']}",
            "DESK_PUBLIC_URL": os.environ.get("DESK_PUBLIC_URL")
            or f"http://127.0.0.1:{environment['DESK_PORT']}",
            "RASA_URL": f"http://127.0.0.1:{environment['RASA_PORT']}",
            "ACTIONS_URL": f"http://127.0.0.1:{environment['ACTIONS_PORT']}",
            "RASA_TELEMETRY_ENABLED": "false",
            "PYTHONUNBUFFERED": "1",
        }
        train.check_yaml()
        _manage(environment, "check", "--fail-level", "ERROR")
        print("Database bijwerken …", flush=True)
        _manage(environment, "migrate", "--noinput", "--verbosity", "0")
        environment["MODEL"] = str(train.model())
        environment["RASA_ENDPOINTS"] = str(_endpoints(var, environment["ACTIONS_PORT"]))
        _welcome(environment)
    except (StartError, train.TrainingError) as error:
        print(f"Fout: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    supervisord = ROOT / ".venv" / "setup" / "bin" / "supervisord"
    os.chdir(ROOT)
    sys.stdout.flush()
    os.execve(supervisord, [str(supervisord), "-c", str(ROOT / "scripts" / "supervisord.conf")], environment)


def _ports() -> dict[str, str]:
    """The ports to use, each of them free."""
    ports = {}
    for name, (default, what) in PORTS.items():
        ports[name] = os.environ.get(name, default)
        with socket.socket() as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind(("127.0.0.1", int(ports[name])))
            except (OSError, ValueError, OverflowError) as error:
                message = f"poort {ports[name]} voor {what} is niet vrij; stop wat daar draait of kies een andere: {name}=…."
                raise StartError(message) from error
    return ports


def _secrets(path: Path) -> dict[str, str]:
    """The secrets of this installation: from the environment, else from the file, made at the first start (mode 600)."""
    known = {}
    if path.exists():
        known = dict(line.split("=", 1) for line in path.read_text(encoding="utf-8").split() if "=" in line)
    missing = [name for name in SECRETS if not known.get(name)]
    if missing:
        known |= {name: secrets.token_urlsafe(48) for name in missing}
        with os.fdopen(
            os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
        ) as file:
            file.writelines(f"{name}={value}\n" for name, value in known.items())
    return {name: os.environ.get(name) or known[name] for name in SECRETS}


def _manage(environment: dict[str, str], *arguments: str) -> str:
    """Run a management command of the desk; its output. A failure shows the last line, which names the cause."""
    python = ROOT / ".venv" / "desk" / "bin" / "python"
    command = [str(python), str(ROOT / "desk" / "manage.py"), *arguments]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=ROOT)
    if result.returncode:
        lines = (result.stderr or result.stdout).strip().splitlines() or ["onbekende fout"]
        raise StartError(f"{lines[-1].strip()}")
    return result.stdout


def _endpoints(var: Path, actions_port: str) -> Path:
    """Rasa's endpoints: the project's file, or a copy with this run's port and folder where they are not the default."""
    standard = ROOT / "endpoints.yml"
    if actions_port == PORTS["ACTIONS_PORT"][0] and var == ROOT / "var":
        return standard
    endpoints = yaml.safe_load(standard.read_text(encoding="utf-8"))
    endpoints["action_endpoint"]["url"] = f"http://127.0.0.1:{actions_port}/webhook"
    endpoints["tracker_store"]["db"] = str(var / "rasa.db")
    path = var / "endpoints.yml"
    path.write_text(yaml.safe_dump(endpoints), encoding="utf-8")
    return path


def _welcome(environment: dict[str, str]) -> None:
    """Print the addresses and, the first time, the first employee's log-in."""
    roles = [f"--role={role}" for role in FIRST_ROLES]
    login = _manage(environment, "create_employee", "--if-none", *roles).rstrip()
    desk, var = environment["DESK_URL"], environment["DESK_VAR"]
    lines = [
        "",
        "Aanspreekpunt start.",
        f"  Klanten:        {desk}/",
        f"  Medewerkers:    {desk}/balie",
        *([login, "  Bewaar dit wachtwoord: het wordt niet nog eens getoond."] if login else []),
        f"  Logboeken:      {var}/log/",
        "Stoppen: Ctrl-C.",
        "",
    ]
    print("\n".join(lines), flush=True)


if __name__ == "__main__":
    sys.exit(main())
