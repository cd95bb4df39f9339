#!/usr/bin/env python3
"""Sets up the environments in `.venv/` from their locks. Standard library only: this is the first thing that runs.

    python3 scripts/environments.py          what `make run` needs
    python3 scripts/environments.py --dev    also what `make test` needs

An environment whose lock has not changed is left alone, so the second run takes a fraction of a second.
"""

from __future__ import annotations

import argparse
import glob
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENTS = ROOT / ".venv"
UV = ENVIRONMENTS / "setup" / "bin" / "uv"
# Rasa 3.6 runs on nothing newer: on 3.11 pip silently takes Rasa 1.10 instead.
ASSISTANT_PYTHON = (3, 10)
DESK_PYTHONS = ((3, 13), (3, 12), (3, 11))


class SetupError(Exception):
    """The set-up cannot go on; the message is one sentence for whoever runs it."""


def main() -> int:
    """Set up what is missing; 0 when everything is there, 1 with one sentence when it cannot be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dev", action="store_true", help="also install what the checks need")
    level = "-dev" if parser.parse_args().dev else ""
    try:
        _setup_environment()
        _environment("assistant", level, lambda: find_python((ASSISTANT_PYTHON,)) or _download_python())
        _environment("desk", level, lambda: find_python(DESK_PYTHONS))
        if level:
            _environment("loadtest", "", lambda: find_python(DESK_PYTHONS))
    except SetupError as error:
        print(f"Fout: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def find_python(versions: tuple[tuple[int, int], ...]) -> str | None:
    """The full path of a working interpreter of one of these versions, the first that is found.

    A `python3.10` on the path may be a pyenv shim that refuses to run, so each candidate is tried.
    """
    for major, minor in versions:
        pyenv = os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv")
        candidates = [shutil.which(f"python{major}.{minor}"), shutil.which("python3")]
        candidates += sorted(
            glob.glob(f"{pyenv}/versions/{major}.{minor}.*/bin/python{major}.{minor}"), reverse=True
        )
        for candidate in filter(None, candidates):
            path = _runs_as(candidate, major, minor)
            if path:
                return path
    return None


def _runs_as(candidate: str, major: int, minor: int) -> str | None:
    code = f"import sys; sys.version_info[:2] == ({major}, {minor}) or sys.exit(1); print(sys.executable)"
    result = subprocess.run([candidate, "-c", code], capture_output=True, text=True)
    return result.stdout.strip() if result.returncode == 0 else None


def _download_python() -> str | None:
    """Let uv fetch Python 3.10; None where that is not possible (no network, no build for this machine)."""
    version = ".".join(map(str, ASSISTANT_PYTHON))
    print(f"Python {version} staat niet op deze machine; uv probeert het op te halen …", flush=True)
    if subprocess.run([str(UV), "python", "install", version], capture_output=True).returncode:
        return None
    found = subprocess.run([str(UV), "python", "find", version], capture_output=True, text=True)
    return found.stdout.strip() or None


def _setup_environment() -> None:
    """The environment of the set-up itself: uv and the process manager, installed with pip."""
    lock = ROOT / "requirements" / "setup.lock"
    directory = ENVIRONMENTS / "setup"
    if _up_to_date(directory, [lock]):
        return
    print("Installeren: hulpmiddelen voor de installatie …", flush=True)
    shutil.rmtree(directory, ignore_errors=True)
    _run(
        [sys.executable, "-m", "venv", str(directory)],
        "Python kan geen omgeving maken; installeer het pakket python3-venv",
    )
    pip = [str(directory / "bin" / "pip"), "install", "-q", "--disable-pip-version-check"]
    _run([*pip, "--require-hashes", "-r", str(lock)], "uv kon niet worden geïnstalleerd")
    _stamp(directory, [lock])


def _environment(name: str, level: str, python: Callable[[], str | None]) -> None:
    lock = ROOT / "requirements" / f"{name}{level}.lock"
    directory = ENVIRONMENTS / name
    full = ROOT / "requirements" / f"{name}-dev.lock"
    # The environment for the checks holds everything that running needs, so it also serves `make run`.
    if _up_to_date(directory, [lock]) or (full.exists() and _up_to_date(directory, [full])):
        return
    interpreter = python()
    if interpreter is None:
        wanted = "3.10" if name == "assistant" else "3.13, 3.12 of 3.11"
        raise SetupError(
            f"Python {wanted} is niet gevonden; installeer het (bijvoorbeeld met pyenv) en probeer het opnieuw."
        )
    print(f"Installeren: omgeving '{name}' (de eerste keer duurt dit enkele minuten) …", flush=True)
    if not (directory / "bin" / "python").exists():
        _run(
            [str(UV), "venv", "-q", "--python", interpreter, str(directory)],
            f"de omgeving '{name}' kon niet worden gemaakt",
        )
    install = [
        str(UV),
        "pip",
        "sync",
        "--python",
        str(directory / "bin" / "python"),
        "--require-hashes",
        str(lock),
    ]
    if name == "desk":
        # The desk must answer within seconds of its first start. For the assistant this would cost more than it saves.
        install.append("--compile-bytecode")
    _run(install, f"de omgeving '{name}' kon niet worden geïnstalleerd")
    _stamp(directory, [lock])


def _run(command: list[str], failure: str) -> None:
    if subprocess.run(command).returncode:
        raise SetupError(f"{failure} (opdracht: {' '.join(command)}).")


def _fingerprint(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _up_to_date(directory: Path, files: list[Path]) -> bool:
    stamp = directory / "lock.sha256"
    return stamp.exists() and stamp.read_text() == _fingerprint(files)


def _stamp(directory: Path, files: list[Path]) -> None:
    (directory / "lock.sha256").write_text(_fingerprint(files))


if __name__ == "__main__":
    sys.exit(main())
