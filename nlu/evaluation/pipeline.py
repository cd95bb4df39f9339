"""Running Rasa's NLU pipeline from Python: train on given sentences, load a model, understand one text at a time."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from nlu.evaluation.sentences import EvaluationError, Sentence

PROJECT = Path(__file__).resolve().parents[2]
CONFIG = PROJECT / "config.yml"
MODELS = PROJECT / "models"


class Pipeline:
    """A loaded model. ``parse`` takes the way of a message from a customer, all components included."""

    def __init__(self, model: Path) -> None:
        """Load ``model``, a file that ``rasa train`` or ``train`` wrote.

        Raises:
            EvaluationError: Rasa cannot load it.
        """
        with rasa_ready():
            from rasa.core.agent import Agent
            from rasa.shared.exceptions import RasaException

            try:
                self._agent = Agent.load(model)
            except (RasaException, EOFError, OSError, tarfile.TarError) as error:
                raise EvaluationError(
                    f"{model} cannot be loaded ({error}). Train a new model: make train"
                ) from error
        # one loop for all messages, as in a server; starting one takes longer than some components
        self._loop = asyncio.new_event_loop()
        # one loop for all messages, as in a server; starting one takes longer than some components
        self._loop = asyncio.new_event_loop()
        if not self._agent.is_ready():
            raise EvaluationError(f"{model} cannot be loaded. Train a new model: make train")

    def parse(self, text: str) -> dict[str, Any]:
        """Return what Rasa's ``parse`` returns: ``text``, ``intent``, ``intent_ranking``, ``entities`` and more."""
        return self._loop.run_until_complete(self._agent.parse_message(text))

    def close(self) -> None:
        """Let go of the event loop."""
        self._loop.close()


def train(sentences: Sequence[Sentence], directory: Path, config: Path = CONFIG) -> Path:
    """Train the pipeline of ``config`` on ``sentences`` alone, without dialogue; return the model's path.

    Nothing is taken from Rasa's cache of earlier trainings, so that the time it takes can be measured.

    Raises:
        EvaluationError: ``config`` cannot be read, or Rasa refuses to train.
    """
    try:
        settings = yaml.safe_load(config.read_text("utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise EvaluationError(f"Cannot read the pipeline from {config}: {error}") from error
    alone = {
        key: settings[key] for key in ("recipe", "language", "assistant_id", "pipeline") if key in settings
    }
    alone_file = directory / "config.yml"
    alone_file.write_text(yaml.safe_dump(alone), encoding="utf-8")
    examples = [{"text": sentence.text, "intent": sentence.intent, "entities": []} for sentence in sentences]
    # Rasa's YAML gives brackets and line ends in a sentence a meaning; its older JSON takes a sentence as it is.
    data_file = directory / "sentences.json"
    data_file.write_text(json.dumps({"rasa_nlu_data": {"common_examples": examples}}), encoding="utf-8")
    with rasa_ready(), _environment(RASA_MAX_CACHE_SIZE="0", RASA_CACHE_DIRECTORY=str(directory / "cache")):
        from rasa.model_training import train_nlu

        model = train_nlu(str(alone_file), str(data_file), str(directory), fixed_model_name="measured")
    if model is None:
        raise EvaluationError("Rasa did not train a model; its own message stands above.")
    return Path(model)


def newest_model(directory: Path = MODELS) -> Path:
    """Return the model that was trained last.

    Raises:
        EvaluationError: there is none.
    """
    models = sorted(directory.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
    if not models:
        raise EvaluationError(f"There is no model in {directory}. Train one first: make train")
    return models[-1]


@contextlib.contextmanager
def rasa_ready() -> Iterator[None]:
    """Import and use Rasa inside: no telemetry, and nothing but our own JSON on standard output."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with contextlib.redirect_stdout(sys.stderr):
        from rasa.utils.log_utils import configure_structlog

        # without this Rasa prints its debug events
        configure_structlog(logging.WARNING)
        yield


def load_rasa() -> None:
    """Import what training needs, so that the time this takes does not count as training."""
    with rasa_ready():
        import rasa.model_training  # noqa: F401


@contextlib.contextmanager
def _environment(**variables: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """Give a directory that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="nlu-") as directory:
        yield Path(directory)


def progress(text: str) -> None:
    """Tell the user on standard error what is going on."""
    print(text, file=sys.stderr, flush=True)
