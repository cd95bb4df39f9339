#!/usr/bin/env python3
"""Gives the Rasa servers of this machine the model store's current model, one after another, while the others answer.

A server finishes the turns that it has, ends, and starts again with the new model; only when it answers with that model is
the next one's turn. A server that answers without a model, or not at all, is stopped, so that nobody is sent there, and the
others keep the old model. One that answers with the model that it had goes on: it was not started with this model store.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import installation
import model_store

ROOT = Path(__file__).resolve().parent.parent
_SUPERVISORCTL = ROOT / ".venv" / "setup" / "bin" / "supervisorctl"
_LOOK_SECONDS = 0.5


class RollError(Exception):
    """The change stopped; the message is one sentence."""


def main() -> int:
    """Change the model everywhere; 1 with one sentence when that stopped halfway."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--patience", type=float, default=300, help="seconds for one server to load its model"
    )
    options = parser.parse_args()
    try:
        environment = _environment()
        name, _ = model_store.current(model_store.open_store(environment["MODEL_STORE"]))
        first, count = int(environment["RASA_PORT"]), int(environment["RASA_SERVERS"])
        if count == 1:
            print("Er is maar één Rasa-server: tot die terug is, krijgen klanten een mens.", flush=True)
        for port in range(first, first + count):
            _change(port, name, environment, options.patience)
            print(f"Rasa op poort {port} antwoordt met {name}.", flush=True)
    except (RollError, installation.InstallationError, model_store.StoreError) as error:
        print(f"Fout: {error}", file=sys.stderr)
        return 1
    return 0


def _environment() -> dict[str, str]:
    """The environment with which the product was started: that of this command, completed as `make run` does."""
    installation.complete(os.environ)
    environment = {
        "RASA_PORT": "5005",
        "RASA_SERVERS": "1",
        "DESK_PROCESSES": "1",
        "DESK_WORKERS": "1",
        **os.environ,
    }
    environment["DESK_VAR"] = str(installation.var(environment))
    environment.setdefault("DESK_PORT", "8000")
    environment.setdefault("ACTIONS_PORT", "5055")
    environment.setdefault("RASA_TOKEN", "")
    if not environment.get("MODEL_STORE"):
        raise RollError(
            "MODEL_STORE is leeg: zonder modelopslag verandert het model bij een nieuwe `make run`."
        )
    return environment


def _change(port: int, model: str, environment: dict[str, str], patience: float) -> None:
    _supervisorctl(environment, "restart", f"assistant:{port}")
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        found = _model_of(port, environment["RASA_TOKEN"])
        if found == model:
            return
        if found:
            raise RollError(
                f"Rasa op poort {port} is opnieuw gestart, maar antwoordt met {found} en niet met {model}; dat blijft zo. "
                "Is de balie gestart met deze MODEL_STORE? Zo niet, start haar één keer opnieuw."
            )
        if found is not None:
            break
        time.sleep(_LOOK_SECONDS)  # a server that loads gives no event to wait for
    # Nobody is to be sent to a server that cannot answer.
    _supervisorctl(environment, "stop", f"assistant:{port}")
    raise RollError(
        f"Rasa op poort {port} antwoordt niet met {model} en is gestopt; de andere houden hun model. "
        "Publiceer het vorige model en probeer het opnieuw."
    )


def _model_of(port: int, token: str) -> str | None:
    """The file name of the model that answers there; empty when a server answers without a model, None without a server."""
    address = f"http://127.0.0.1:{port}/status?{urllib.parse.urlencode({'token': token})}"
    try:
        with urllib.request.urlopen(address, timeout=5) as response:
            return str(json.load(response)["model_file"])
    except urllib.error.HTTPError:
        return ""
    except (OSError, http.client.HTTPException, ValueError, KeyError):
        return None


def _supervisorctl(environment: dict[str, str], *arguments: str) -> None:
    command = [str(_SUPERVISORCTL), "-c", str(ROOT / "scripts" / "supervisord.conf"), *arguments]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=ROOT)
    if result.returncode:
        raise RollError(f"supervisor: {(result.stdout or result.stderr).strip()}.")


if __name__ == "__main__":
    sys.exit(main())
