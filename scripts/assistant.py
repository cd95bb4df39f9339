#!/usr/bin/env python3
"""Starts one Rasa server: gets the model, writes the endpoints, and becomes `rasa run` (by `rasa_server.py`).

In the assistant's environment.

Settings from the environment (docs/contracts.md): `MODEL` (a file) or `MODEL_STORE`, `ACTIONS_URL`, `RASA_DATABASE_URL`,
`REDIS_URL`, `BROKER_URL`, `DESK_VAR`; that of `rasa_server.py`, `RASA_TOKEN`; and Rasa's own, such as `SANIC_WORKERS`.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import endpoints
import model_store
import yaml

ROOT = Path(__file__).resolve().parent.parent
# What Rasa itself and its libraries read.
_DEFAULTS = {
    # A message is understood by one thread. More of them wait for each other actively: with a thread for each of two cores a
    # turn took 27 to 39 ms of processor time under load, with one 12 to 13, and the answer came as soon.
    "NLU_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
}


def main() -> int:
    """Become the server; 1 with one sentence when that cannot be done."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--port", default="5005")
    parser.add_argument("--interface", default="127.0.0.1")
    options = parser.parse_args()
    os.umask(0o077)
    var = Path(os.environ.get("DESK_VAR") or ROOT / "var").resolve()
    try:
        var.mkdir(parents=True, exist_ok=True)
        model = _model(var)
        standard = yaml.safe_load((ROOT / "endpoints.yml").read_text(encoding="utf-8"))
        file = var / f"endpoints-{options.port}.yml"
        endpoints.write(file, endpoints.endpoints(standard, os.environ, var))
    except (endpoints.SettingError, model_store.StoreError) as error:
        print(f"Fout: {error}", file=sys.stderr)
        return 1
    command = [sys.executable, "-m", "rasa_server", "run", "--model", str(model), "--endpoints", str(file)]
    command += ["--credentials", "credentials.yml", "--interface", options.interface, "--port", options.port]
    os.chdir(ROOT)
    os.execve(sys.executable, command, {**_DEFAULTS, **os.environ})


def _model(var: Path) -> Path:
    """The model to serve. Raises `model_store.StoreError`."""
    if os.environ.get("MODEL_STORE"):
        return model_store.fetch(model_store.open_store(os.environ["MODEL_STORE"]), var / "fetched-models")
    if os.environ.get("MODEL"):
        return Path(os.environ["MODEL"])
    raise model_store.StoreError("er is geen model: noem MODEL_STORE of MODEL.")


if __name__ == "__main__":
    sys.exit(main())
