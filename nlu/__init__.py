"""The assistant's Dutch language understanding: Rasa components and the models under them.

Importing this package is free of heavy imports; each module brings in what it needs itself. The three functions below
are what ``make benchmark-nlu``, ``make crossval`` and ``make parse`` run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import log_privacy

log_privacy.install()

__all__ = ["benchmark", "crossval", "parse"]


def benchmark(
    train_file: str | Path, test_file: str | Path, config: str | Path = "config.yml"
) -> dict[str, Any]:
    """Train the pipeline of ``config`` on one CSV file, test it on another; see ``nlu.evaluation.benchmark``."""
    from nlu.evaluation import benchmark as module

    return module.benchmark(train_file, test_file, config)


def crossval(data: str | Path = "data", folds: int = 5, seed: int = 1) -> dict[str, Any]:
    """Cross-validate the classifier on Rasa training data; see ``nlu.evaluation.crossval``."""
    from nlu.evaluation import crossval as module

    return module.crossval(data, folds, seed)


def parse(lines: Iterable[str], model: str | Path | None = None) -> Iterator[dict[str, Any]]:
    """Understand each line with the newest model in ``models/``; see ``nlu.evaluation.parse``."""
    from nlu.evaluation import parse as module

    return module.parse(lines, model)
