"""`make guarantee`: explores the trained assistant, writes the report, and ends with 1 when the promise is broken."""

from __future__ import annotations

import argparse
import datetime as dt
import logging
import random
import signal
import sys
import tempfile
import time
import warnings
from pathlib import Path

from guarantee.explore import FULL, QUICK, explore
from guarantee.faults import Fault
from guarantee.findings import Failure, Findings
from guarantee.players import Players, many_processes
from guarantee.real_stack import compare, real_servers
from guarantee.report import Outcome, as_page, as_text
from guarantee.servers import ROOT, Desk, silent_server
from guarantee.shrink import shrink
from guarantee.walks import walk_about
from guarantee.world import Step

# So many failures are shrunk; the rest is counted.
_SHOWN = 20


def main() -> int:
    """Run; 0 when the guarantee holds."""
    parser = argparse.ArgumentParser(prog="python -m guarantee")
    parser.add_argument("--model", type=Path, required=True, help="the trained model")
    parser.add_argument("--quick", action="store_true", help="a part of it, in under two minutes")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--report", type=Path, default=ROOT / "var" / "guarantee.html")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    # What was started is ended also when this is.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with (
        tempfile.TemporaryDirectory(prefix="guarantee-") as folder,
        real_servers(options.model) as servers,
        silent_server() as silent_url,
    ):
        desk = Desk(Path(folder))
        try:
            desk.start()
            with many_processes(options.model, desk.address, silent_url) as players:
                outcome = _run(players, desk, options, servers)
        finally:
            desk.stop()
    options.report.parent.mkdir(parents=True, exist_ok=True)
    options.report.write_text(as_page(outcome), encoding="utf-8")
    print(as_text(outcome))
    print(f"Report: {options.report}")
    return 0 if outcome.holds else 1


def _run(players: Players, desk: Desk, options: argparse.Namespace, servers: tuple) -> Outcome:
    limits = QUICK if options.quick else FULL
    began = time.monotonic()
    findings = explore(players, options.seed, limits, _tell)
    walk_about(players, findings, options.seed, limits, _tell)
    findings.compare_with_the_database(desk)
    compared = compare(players, _sample(findings, options.seed, limits.replays), servers, options.seed)
    return Outcome(
        findings=findings,
        compared=compared,
        shown=_shrunk(players, findings),
        intents=findings.intents,
        minutes=(time.monotonic() - began) / 60,
        model=options.model.name,
        seed=options.seed,
        quick=options.quick,
        limits=limits,
        at=dt.datetime.now().astimezone(),
    )


def _sample(findings: Findings, seed: int, count: int) -> list[tuple[Step, ...]]:
    """Conversations that led to a state while everything worked."""
    sound = [
        steps
        for steps in findings.sampled
        if all(step.fault is Fault.NONE and step.text != "/session_start" for step in steps)
    ]
    return random.Random(seed).sample(sound, min(count, len(sound)))


def _shrunk(players: Players, findings: Findings) -> list[Failure]:
    """The failures with the shortest conversations, shrunk; one that cannot be repeated keeps its whole conversation."""
    failures = sorted(findings.failures.values(), key=lambda failure: len(failure.steps))[:_SHOWN]
    for failure, steps in zip(failures, players.each(shrink, failures), strict=True):
        failure.steps = steps or failure.steps
    return failures


def _tell(findings: Findings) -> None:
    """How far it is: one line that is written over, on a terminal only."""
    if sys.stderr.isatty():
        count = sum(findings.requests.values())
        print(
            f"\r{findings.turns} messages, {count} requests for a human, {len(findings.failures)} problems",
            end="",
            file=sys.stderr,
            flush=True,
        )


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    sys.exit(main())
