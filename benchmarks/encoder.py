"""Speed, memory and accuracy of the E5 encoder against plain NumPy, in one run.

    .venv/assistant/bin/python -m benchmarks.encoder [--threads 2] [--rounds 5] [--variants] [--featurizer]

JSON on standard output, progress on standard error. The texts are those of ``tests/nlu/e5/dutch_texts.txt``.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean, median
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from nlu.e5.encoder import E5Encoder
from nlu.e5.reference import ReferenceEncoder
from nlu.e5.weights import Weights, locate

PROJECT = Path(__file__).resolve().parents[1]
TEXTS = PROJECT / "tests" / "nlu" / "e5" / "dutch_texts.txt"
# Every eighth text is also timed alone.
ALONE = slice(3, None, 8)
Encode = Callable[[Sequence[str]], Any]


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=2, help="for both sides (default 2)")
    parser.add_argument("--rounds", type=int, default=5, help="how often everything is timed (default 5)")
    parser.add_argument("--variants", action="store_true", help="also compare other number formats")
    parser.add_argument("--featurizer", action="store_true", help="also time what Rasa adds (imports Rasa)")
    parser.add_argument("--memory-of", choices=["encoder", "reference"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    texts = TEXTS.read_text("utf-8").splitlines()
    with threadpool_limits(options.threads):
        result = (
            {"growth": growth_of(options.memory_of, texts, options.threads)}
            if options.memory_of
            else compare(texts, options)
        )
    json.dump(result, sys.stdout, indent=2)
    print()


def compare(texts: list[str], options: argparse.Namespace) -> dict[str, Any]:
    """Return all figures: milliseconds per text, megabytes, cosines."""
    weights = Weights(locate())
    reference = ReferenceEncoder(weights)
    encoders = {"encoder": E5Encoder(weights, options.threads, remember=0)}
    if options.variants:
        from benchmarks.encoder_variants import VARIANTS

        for name, build in VARIANTS.items():
            progress(f"building {name}")
            encoders[name] = E5Encoder(weights, options.threads, remember=0, model=build(weights))
    ways: dict[str, Encode] = {"reference": reference.encode}
    ways |= {name: encoder.encode for name, encoder in encoders.items()}
    timed = timings(ways, texts, options.rounds)
    result: dict[str, Any] = {
        "texts": len(texts),
        "threads": options.threads,
        "milliseconds_per_text": timed,
        "times_as_fast_as_reference": {
            name: {kind: round(timed["reference"][kind] / value, 2) for kind, value in times.items()}
            for name, times in timed.items()
            if name != "reference"
        },
        "cosine_to_reference": {
            name: accuracy(reference, encoder, texts) for name, encoder in encoders.items()
        },
        "megabytes_added": {name: megabytes(name, options.threads) for name in ("reference", "encoder")},
    }
    if options.featurizer:
        from benchmarks.encoder_in_rasa import featurizer_milliseconds

        progress("featurizer")
        result["featurizer_milliseconds_per_message"] = featurizer_milliseconds(texts)
    return result


def timings(ways: dict[str, Encode], texts: list[str], rounds: int) -> dict[str, dict[str, float]]:
    """Time each way in turn, so that a busy moment hits all; milliseconds per text.

    ``alone`` and ``together`` are the best of the rounds (per text, then averaged), which is what the work takes when
    nothing else runs; ``alone_median`` and ``together_median`` are the middle ones, as things were.
    """
    for encode in ways.values():
        encode(texts[ALONE])
    alone: dict[str, list[list[float]]] = {name: [] for name in ways}
    together: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds):
        progress(f"round {number + 1} of {rounds}")
        for name, encode in ways.items():
            alone[name].append([seconds(encode, [text]) for text in texts[ALONE]])
        for name, encode in ways.items():
            together[name].append(seconds(encode, texts) / len(texts))
    return {
        name: {
            "alone": round(1000 * fmean(map(min, zip(*alone[name], strict=True))), 2),
            "together": round(1000 * min(together[name]), 2),
            "alone_median": round(1000 * fmean(map(median, zip(*alone[name], strict=True))), 2),
            "together_median": round(1000 * median(together[name]), 2),
        }
        for name in ways
    }


def seconds(encode: Encode, texts: Sequence[str]) -> float:
    """Return how long ``encode`` takes."""
    before = time.perf_counter()
    encode(texts)
    return time.perf_counter() - before


def accuracy(reference: ReferenceEncoder, encoder: E5Encoder, texts: list[str]) -> dict[str, float]:
    """Return cosines to the reference: raw and standardised sentence vectors, E5's own pooling, and tokens."""
    rows = reference.encode(texts)
    found = encoder.encode(texts)
    contents = [row[reference.prefix_length : -1] for row in rows]
    expected = np.array([content.mean(axis=0) for content in contents])
    sentence = np.array([encoding.sentence for encoding in found])
    mean = expected.mean(axis=0)
    pairs = {
        "sentence": (sentence, expected),
        "standardised": (sentence - mean, expected - mean),
        "pooled": (
            np.array([encoding.pooled for encoding in found]),
            np.array([row.mean(axis=0) for row in rows]),
        ),
        "tokens": (np.concatenate([encoding.tokens for encoding in found]), np.concatenate(contents)),
    }
    figures: dict[str, float] = {}
    for name, (left, right) in pairs.items():
        values = cosines(left, right)
        figures[name + "_lowest"] = round(float(values.min()), 5)
        figures[name + "_mean"] = round(float(values.mean()), 6)
    return figures


def cosines(left: NDArray[np.float32], right: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the cosine of each row of ``left`` with the same row of ``right``."""
    lengths = np.linalg.norm(left, axis=1) * np.linalg.norm(right, axis=1)
    result: NDArray[np.float32] = (left * right).sum(axis=1) / lengths
    return result


def megabytes(name: str, threads: int) -> float:
    """Measure in a process of its own by how many megabytes ``name`` makes it grow."""
    progress(f"memory of the {name}")
    command = [sys.executable, "-m", "benchmarks.encoder", "--memory-of", name, "--threads", str(threads)]
    done = subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, text=True)
    return float(json.loads(done.stdout)["growth"])


def growth_of(name: str, texts: list[str], threads: int) -> float:
    """Encode ``texts`` alone and together; return the growth in megabytes over what the imports take."""
    before = resident()
    weights = Weights(locate())
    encode = (E5Encoder(weights, threads) if name == "encoder" else ReferenceEncoder(weights)).encode
    for text in texts[ALONE]:
        encode([text])
    encode(texts)
    return round(resident() - before, 1)


def resident() -> float:
    """Return the resident size of this process in megabytes (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def progress(what: str) -> None:
    """Say what is going on."""
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
