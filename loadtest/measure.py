"""One measurement: so many customers for so many seconds, and what it came to."""

from __future__ import annotations

import csv
import math
import os
import subprocess
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCUST = ROOT / ".venv" / "loadtest" / "bin" / "locust"
# Customers begin in this share of the time, in which nothing is counted.
_WARM_UP = 0.25


@dataclass(frozen=True)
class Measurement:
    """What customers got.

    Attributes:
        customers: at the same time.
        think: mean seconds that each waits after an answer.
        turns: how many were counted, failures among them; `all_turns` with those of the warm-up.
        per_second: answered turns.
        milliseconds: of answered turns, the value that half, 95 and 99 of a hundred do not exceed; None without turns.
        failures: turns by what came of them instead of an answer.
    """

    customers: int
    think: float
    turns: int
    all_turns: int
    per_second: float
    milliseconds: dict[str, float | None]
    failures: dict[str, int] = field(default_factory=dict)


class MeasurementError(Exception):
    """Nothing was measured; the message is what the load generator said."""


def measure(who: str, address: str, customers: int, think: float, seconds: float) -> Measurement:
    """Let customers talk.

    Args:
        who: a class of `loadtest.customers`.
        address: of the desk or of Rasa, without a slash at its end.
        customers: how many at the same time.
        think: mean seconds between an answer and the next message; 0 for as fast as it goes.
        seconds: how long, the warm-up included.

    Raises:
        MeasurementError: locust did not run.
    """
    with tempfile.TemporaryDirectory(prefix="loadtest-") as folder:
        file = Path(folder) / "turns.csv"
        file.touch()
        command = [
            str(LOCUST),
            "-f",
            str(ROOT / "loadtest" / "customers.py"),
            who,
            "--headless",
            "--only-summary",
        ]
        command += [
            "--host",
            address,
            "-u",
            str(customers),
            "-t",
            f"{math.ceil(seconds)}s",
            "--stop-timeout",
            "0",
        ]
        command += ["-r", str(max(1, math.ceil(customers / max(seconds * _WARM_UP / 2, 1))))]
        environment = {**os.environ, "LOADTEST_TURNS": str(file), "LOADTEST_THINK": str(think)}
        command += ["--exit-code-on-error", "0", "--loglevel", "WARNING"]
        result = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=seconds + 120
        )
        if result.returncode:
            raise MeasurementError(result.stderr[-2000:])
        with file.open(encoding="utf-8", newline="") as lines:
            rows = [(float(at), float(took), outcome) for at, took, outcome in csv.reader(lines)]
    return summary(rows, customers, think, seconds)


def summary(
    rows: list[tuple[float, float, str]], customers: int, think: float, seconds: float
) -> Measurement:
    """What so many turns come to: those that ended after the warm-up.

    Args:
        rows: when each ended (seconds since 1970), how long it took (seconds), and its outcome.
        customers, think, seconds: as for `measure`.
    """
    begin = min((at - took for at, took, _ in rows), default=0.0) + seconds * _WARM_UP
    counted = [(took, outcome) for at, took, outcome in rows if at >= begin]
    last = max((at for at, _, _ in rows), default=begin)
    times = sorted(took for took, outcome in counted if outcome == "answered")
    return Measurement(
        customers=customers,
        think=think,
        turns=len(counted),
        all_turns=len(rows),
        per_second=round(len(times) / (last - begin), 1) if last > begin else 0.0,
        milliseconds={f"p{share}": _at_most(times, share / 100) for share in (50, 95, 99)},
        failures=dict(Counter(outcome for _, outcome in counted if outcome != "answered")),
    )


def _at_most(times: list[float], share: float) -> float | None:
    """Nearest rank, in milliseconds."""
    if not times:
        return None
    return round(times[max(0, math.ceil(share * len(times)) - 1)] * 1000, 1)
