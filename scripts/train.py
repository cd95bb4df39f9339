#!/usr/bin/env python3
"""Trains the assistant when `models/` has no model for today's data, and prints the model's path on standard output.

The model's name holds a fingerprint of everything that goes into it, so nothing is trained twice.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import installation
import yaml

ROOT = Path(__file__).resolve().parent.parent
MODELS = ROOT / "models"
LOG = ROOT / "var" / "log" / "train.log"
KEPT_MODELS = 5
_COMPONENT = re.compile(r"Starting to train component '([^']+)'")
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


class TrainingError(Exception):
    """There is no model; the message is one sentence."""


def main() -> int:
    """Train when needed; 0 with the path of the model, 1 with one sentence."""
    try:
        installation.complete(os.environ)
        print(model())
    except (TrainingError, installation.InstallationError) as error:
        print(f"Fout: {error}", file=sys.stderr)
        return 1
    return 0


def model(umask: int = -1) -> Path:
    """The model for the data as they are now, trained when it is missing.

    Args:
        umask: of the files of a new model, which holds nothing about customers and which other users, such as a
            container's, may have to read; -1 for that of this process.

    Raises:
        TrainingError: a file is not valid YAML, or Rasa refuses the data.
    """
    check_yaml()
    path = MODELS / f"aanspreekpunt-{fingerprint()}.tar.gz"
    if not path.exists():
        _train(path, umask)
        _forget_old_models()
    return path


def training_files() -> list[Path]:
    """Every file that the trained model depends on, in a fixed order."""
    patterns = (
        "config.yml",
        "domain.yml",
        "organisation.yml",
        "organisation.schema.json",
        "data/**/*.yml",
        "dialogue/*.py",
        "importers/*.py",
        "nlu/**/*.py",
        "nlu/**/*.yml",
        "requirements/assistant.lock",
    )
    return sorted({path for pattern in patterns for path in ROOT.glob(pattern)})


def fingerprint() -> str:
    """Twelve hexadecimal digits that change when any of the training files does."""
    digest = hashlib.sha256()
    for path in training_files():
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def check_yaml() -> None:
    """Raise `TrainingError` with file and line for the first file that is not valid YAML."""
    names = ["config.yml", "domain.yml", "endpoints.yml", "credentials.yml", "organisation.yml"]
    for path in [*(ROOT / name for name in names), *sorted((ROOT / "data").glob("**/*.yml"))]:
        try:
            yaml.safe_load(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise TrainingError(
                f"{path.relative_to(ROOT)} kan niet worden gelezen: {error.strerror}."
            ) from error
        except UnicodeDecodeError as error:
            raise TrainingError(f"{path.relative_to(ROOT)} is niet in UTF-8 opgeslagen.") from error
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            where = f", regel {mark.line + 1}" if mark else ""
            problem = getattr(error, "problem", None) or "onleesbaar"
            raise TrainingError(
                f"{path.relative_to(ROOT)}{where}: dit is geen geldige YAML ({problem})."
            ) from error


def _train(path: Path, umask: int) -> None:
    print(
        "Trainen: er is nog geen model voor deze gegevens (duurt een paar minuten) …",
        file=sys.stderr,
        flush=True,
    )
    LOG.parent.mkdir(parents=True, exist_ok=True)
    rasa = ROOT / ".venv" / "assistant" / "bin" / "rasa"
    command = [
        str(rasa),
        "train",
        "--fixed-model-name",
        path.name.removesuffix(".tar.gz"),
        "--out",
        str(MODELS),
    ]
    environment = {
        **os.environ,
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONWARNINGS": "ignore",
    }
    started = time.monotonic()
    with LOG.open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            umask=umask,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        assert process.stdout is not None
        for line in process.stdout:
            log.write(line)
            component = _COMPONENT.search(line)
            if component:
                print(f"  {time.monotonic() - started:4.0f} s  {component[1]}", file=sys.stderr, flush=True)
        status = process.wait()
    if status or not path.exists():
        print(_reason(LOG.read_text(encoding="utf-8")), file=sys.stderr)
        raise TrainingError(
            f"het model kon niet worden getraind; alles wat Rasa meldde staat in {LOG.relative_to(ROOT)}."
        )
    print(f"  {time.monotonic() - started:4.0f} s  klaar", file=sys.stderr, flush=True)


def _reason(log: str) -> str:
    """The last lines of Rasa's output, without progress bars and colours."""
    lines = [_ANSI.sub("", line.rsplit("\r", 1)[-1]).rstrip() for line in log.splitlines()]
    return "\n".join([line for line in lines if line][-15:])


def _forget_old_models() -> None:
    """Keep the newest few of our own models; models with other names are the designer's and stay."""
    own = sorted(MODELS.glob("aanspreekpunt-*.tar.gz"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in own[KEPT_MODELS:]:
        path.unlink()


if __name__ == "__main__":
    sys.exit(main())
