"""Command line: ``python -m nlu.evaluation benchmark|crossval|parse``.

JSON goes to standard output, progress and errors to standard error; 2 is returned for what the user can put right.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

import nlu
from nlu.evaluation.sentences import EvaluationError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code."""
    chosen = _parser().parse_args(arguments)
    try:
        if chosen.command == "benchmark":
            _print(nlu.benchmark(chosen.train, chosen.test, chosen.config), indent=2)
        elif chosen.command == "crossval":
            _print(nlu.crossval(chosen.data, chosen.folds, chosen.seed), indent=2)
        else:
            from nlu.evaluation.parse import read_lines

            for described in nlu.parse(read_lines(chosen.file), chosen.model):
                _print(described)
    except EvaluationError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m nlu.evaluation", description="Measure the NLU pipeline.")
    commands = parser.add_subparsers(dest="command", required=True)
    benchmark = commands.add_parser("benchmark", help="train on one CSV file, test on another")
    benchmark.add_argument("--train", required=True, metavar="CSV", help="intent,text")
    benchmark.add_argument("--test", required=True, metavar="CSV", help="intent,text")
    benchmark.add_argument(
        "--config", default="config.yml", help="file with the pipeline (default: config.yml)"
    )
    crossval = commands.add_parser("crossval", help="cross-validation on Rasa training data")
    crossval.add_argument("--data", default="data", help="file or directory (default: data)")
    crossval.add_argument("--folds", type=int, default=5)
    crossval.add_argument("--seed", type=int, default=1)
    parse = commands.add_parser("parse", help="understand each line of a file")
    parse.add_argument("--file", required=True, metavar="TXT", help="one message per line, UTF-8")
    parse.add_argument("--model", help="model file (default: the newest in models/)")
    return parser


def _print(value: object, indent: int | None = None) -> None:
    # lone surrogates cannot be written as UTF-8, escapes can; everything else stays readable
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    if any("\ud800" <= character <= "\udfff" for character in text):
        text = json.dumps(value, indent=indent)
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
