"""`make loadtest`: prints a table while it goes, and everything as JSON at its end."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict
from typing import Any

from loadtest.installations import Running, plain_rasa, product
from loadtest.measure import Measurement, measure

_COLUMNS = (
    ("customers", 10),
    ("think s", 9),
    ("turns/s", 9),
    ("p50 ms", 9),
    ("p95 ms", 9),
    ("p99 ms", 9),
    ("failed", 8),
)
_HEAD = f"{'what':34}{''.join(f'{name:>{width}}' for name, width in _COLUMNS)}  processor ms a turn"


def main() -> int:
    """Measure what was asked for; 1 when a customer was not answered."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--customers", default="1,10,50,200", help="how many at the same time, one run for each"
    )
    parser.add_argument("--stores", default="sqlite,postgres")
    parser.add_argument("--servers", default="1,2", help="how many Rasa servers")
    parser.add_argument("--seconds", type=float, default=20, help="for each run")
    parser.add_argument("--think", type=float, default=0, help="mean seconds; 0 is as fast as it goes")
    parser.add_argument("--no-plain", action="store_true", help="leave the plain Rasa project out")
    options = parser.parse_args()
    sizes = [int(number) for number in options.customers.split(",")]
    print(_HEAD, flush=True)
    results = []

    def measure_all(what: str, open_it: Callable[[], AbstractContextManager[Running]], *kinds: str) -> None:
        with open_it() as running:
            for kind in kinds:
                address = running.desk if kind == "Visitor" else running.rasa
                # What Rasa itself needs is asked for one customer, and for all where there is no desk in between.
                for size in sizes if kind != "Asker" else sizes[:1]:
                    before = running.processor_seconds()
                    found = measure(kind, address, size, options.think, options.seconds)
                    turns = max(found.all_turns, 1)
                    used = running.processor_seconds().items()
                    cost = {part: round((spent - before[part]) * 1000 / turns, 1) for part, spent in used}
                    name = what if kind != "Asker" else f"{what}, Rasa itself"
                    _print(name, found, cost)
                    results.append({"what": name, "processor_ms_per_turn": cost, **asdict(found)})
            megabytes = running.rasa_megabytes()
            print(f"{what}: the Rasa process had at most {megabytes:.0f} MB", flush=True)
            results.append({"what": what, "rasa_megabytes": megabytes})

    for store in options.stores.split(","):
        for servers in map(int, options.servers.split(",")):
            measure_all(f"{store}, {servers} Rasa", lambda: product(store, servers), "Asker", "Visitor")  # noqa: B023
    if not options.no_plain:
        measure_all("plain Rasa project", plain_rasa, "PlainAsker")
    print(json.dumps(results, indent=1))
    return 1 if any(_failed(result) for result in results) else 0


def _failed(result: dict[str, Any]) -> bool:
    return bool(result.get("failures")) or result.get("turns") == 0


def _print(what: str, found: Measurement, cost: dict[str, float]) -> None:
    times = "".join(f"{'-' if value is None else value:>9}" for value in found.milliseconds.values())
    figures = (
        f"{found.customers:>10}{found.think:>9}{found.per_second:>9}{times}{sum(found.failures.values()):>8}"
    )
    print(f"{what:34}{figures}  {', '.join(f'{part} {spent}' for part, spent in cost.items())}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
