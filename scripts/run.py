#!/usr/bin/env python3
"""`make run`: checks, migrates, trains when needed, and starts everything under supervisor.

Settings from the environment, completed from `settings.env` (see `installation`): `DESK_PORT` (8000), `RASA_PORT` (5005),
`ACTIONS_PORT` (5055), `DESK_VAR` (var/); how many there are of each part: `DESK_PROCESSES`, `DESK_WORKERS`, `RASA_SERVERS`
(1); and those of docs/contracts.md.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import socket
import stat
import subprocess
import sys
from pathlib import Path

import endpoints
import installation
import train

ROOT = Path(__file__).resolve().parent.parent
# The setting, its default, whose port it is, and the setting that says how many ports follow one another.
PORTS = {
    "DESK_PORT": ("8000", "de balie", "DESK_PROCESSES"),
    "RASA_PORT": ("5005", "Rasa", "RASA_SERVERS"),
    "ACTIONS_PORT": ("5055", "de actieserver", ""),
}
COUNTS = ("DESK_PROCESSES", "DESK_WORKERS", "RASA_SERVERS")
_MOST_OF_EACH = 64
SECRETS = ("DESK_SECRET_KEY", "DESK_SERVICE_TOKEN", "RASA_TOKEN")
# Who sets the desk up makes the other accounts, sees the figures and answers the first customers.
FIRST_ROLES = ("administrator", "supervisor", "employee")


class StartError(Exception):
    """Nothing can be started; the message is one sentence, or a line for each setting that cannot work."""


def main() -> int:
    """Start everything; does not return when that works. 1 with one sentence when it does not."""
    # What is made from here on, by everything that is started too, is for this user alone.
    usual_umask = os.umask(0o077)
    try:
        installation.complete(os.environ)
        counts = _counts()
        environment = {**os.environ, **counts, **_ports(counts)}
        var = installation.var(os.environ)
        var.mkdir(parents=True, exist_ok=True)
        _close_to_others(var)
        (var / "log").mkdir(exist_ok=True)
        environment |= {
            **_secrets(var / "secrets.env"),
            "DESK_VAR": str(var),
            "DESK_URL": f"http://127.0.0.1:{environment['DESK_PORT']}",
            "DESK_PUBLIC_URL": os.environ.get("DESK_PUBLIC_URL")
            or f"http://127.0.0.1:{environment['DESK_PORT']}",
            "RASA_URL": _addresses(environment["RASA_PORT"], counts["RASA_SERVERS"]),
            "ACTIONS_URL": f"http://127.0.0.1:{environment['ACTIONS_PORT']}",
            "RASA_TELEMETRY_ENABLED": "false",
            "PYTHONUNBUFFERED": "1",
        }
        train.check_yaml()
        _manage(environment, "check", "--fail-level", "ERROR")
        print("Database bijwerken …", flush=True)
        _manage(environment, "migrate", "--noinput", "--verbosity", "0")
        if environment.get("MODEL_STORE"):
            _look_in_the_store(environment)
        else:
            environment["MODEL"] = str(train.model(usual_umask))
        _welcome(environment)
    except (StartError, installation.InstallationError, endpoints.SettingError, train.TrainingError) as error:
        print(f"Fout: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    supervisord = ROOT / ".venv" / "setup" / "bin" / "supervisord"
    os.chdir(ROOT)
    sys.stdout.flush()
    os.execve(supervisord, [str(supervisord), "-c", str(ROOT / "scripts" / "supervisord.conf")], environment)


def _counts() -> dict[str, str]:
    """How many there are to be of each part. Also checks what the parts need to work together."""
    counts = {}
    for name in COUNTS:
        value = os.environ.get(name) or "1"
        if not (value.isascii() and value.isdigit() and 1 <= int(value) <= _MOST_OF_EACH):
            raise StartError(f"{name} moet een getal van 1 tot en met {_MOST_OF_EACH} zijn, niet {value!r}.")
        counts[name] = value
    several = int(counts["RASA_SERVERS"]) > 1 or (os.environ.get("SANIC_WORKERS") or "1") != "1"
    if several and not os.environ.get("REDIS_URL"):
        raise StartError(
            "meer dan één Rasa-proces heeft Redis nodig, zodat een gesprek er één tegelijk heeft: zet REDIS_URL."
        )
    # What is wrong with an address is said here, once, and not by every server again and again.
    endpoints.endpoints({}, os.environ, ROOT / "var")
    return counts


def _ports(counts: dict[str, str]) -> dict[str, str]:
    """The first port of each part; that one and those that follow it are free."""
    ports = {}
    for name, (default, what, count) in PORTS.items():
        ports[name] = os.environ.get(name, default)
        for number in range(int(counts.get(count, "1"))):
            _refuse_if_taken(name, ports[name], number, what)
    return ports


def _refuse_if_taken(name: str, first: str, number: int, what: str) -> None:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", int(first) + number))
        except (OSError, ValueError, OverflowError) as error:
            port = int(first) + number if first.isdigit() else first
            message = (
                f"poort {port} voor {what} is niet vrij; stop wat daar draait of kies een andere: {name}=…."
            )
            raise StartError(message) from error


def _addresses(first_port: str, count: str) -> str:
    """The addresses of a part's processes, with commas between them."""
    return ",".join(f"http://127.0.0.1:{int(first_port) + number}" for number in range(int(count)))


def _close_to_others(var: Path) -> None:
    """Take from other users what an earlier start, or who made the folder, let them read of conversations and logs."""
    files = (
        path for pattern in ("*.env", "*.sqlite3*", "*.db*", "log", "log/*") for path in var.glob(pattern)
    )
    for path in (var, *files):
        with contextlib.suppress(FileNotFoundError):
            mode = stat.S_IMODE(path.stat().st_mode)
            # A folder with the sticky bit is everybody's, such as /tmp, and must stay so.
            if mode & 0o077 and not mode & stat.S_ISVTX:
                try:
                    path.chmod(mode & ~0o077)
                except PermissionError as error:
                    raise StartError(
                        f"andere gebruikers kunnen {path} lezen, en die is niet van u; kies met DESK_VAR een eigen map."
                    ) from error


def _secrets(path: Path) -> dict[str, str]:
    """The secrets of this installation: from the environment, else from the file, made at the first start (mode 600)."""
    known = installation.read(path)
    missing = [name for name in SECRETS if not known.get(name)]
    if missing:
        known |= {name: secrets.token_urlsafe(48) for name in missing}
        with os.fdopen(
            os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
        ) as file:
            file.writelines(f"{name}={value}\n" for name, value in known.items())
    return {name: os.environ.get(name) or known[name] for name in SECRETS}


def _manage(environment: dict[str, str], *arguments: str) -> str:
    """Run a management command of the desk; its output. A failure shows what names the cause."""
    python = ROOT / ".venv" / "desk" / "bin" / "python"
    command = [str(python), str(ROOT / "desk" / "manage.py"), *arguments]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=ROOT)
    if result.returncode:
        raise StartError(_cause(result.stderr or result.stdout))
    return result.stdout


def _cause(printed: str) -> str:
    """The errors of Django's checks, each with its setting; else the last line."""
    faults = re.findall(r"^\?: \(\w+\.E\d+\) (.+)$", printed, re.MULTILINE)
    if faults:
        return "\n  ".join(["deze instellingen kloppen niet:", *faults])
    lines = printed.strip().splitlines() or ["onbekende fout"]
    return lines[-1].strip()


def _look_in_the_store(environment: dict[str, str]) -> None:
    """Say so when the model store has no model. The desk starts all the same: without the assistant there are people."""
    python = ROOT / ".venv" / "assistant" / "bin" / "python"
    command = [str(python), str(ROOT / "scripts" / "model_store.py"), "current"]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=ROOT)
    if result.returncode:
        print(
            f"Let op: de modelopslag (MODEL_STORE) geeft geen model. {_cause(result.stderr).removeprefix('Fout: ')}\n"
            "  Tot u er een publiceert, beantwoordt de assistent niemand en krijgen klanten een medewerker.",
            file=sys.stderr,
            flush=True,
        )


def _welcome(environment: dict[str, str]) -> None:
    """Print the addresses and, the first time, the first employee's log-in."""
    roles = [f"--role={role}" for role in FIRST_ROLES]
    login = _manage(environment, "create_employee", "--if-none", *roles).rstrip()
    desk, var = environment["DESK_PUBLIC_URL"].rstrip("/"), environment["DESK_VAR"]
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
