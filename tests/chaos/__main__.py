"""`make chaos`: exit status 1 when anybody was lost."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from typing import Any

from tests.chaos.installation import Installation
from tests.chaos.plan import kinds, plan
from tests.chaos.run import Size, figures, run
from tests.support.product import ROOT
from tests.support.unavailable import UnavailableError

_REPORTS = ROOT / "test-output" / "chaos"


def main() -> int:
    """Run, print what came of it, and keep it as JSON."""
    # What was started is ended also when this is.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    options = _options()
    try:
        installation = Installation(options.store)
    except UnavailableError as lacking:
        print(f"Kan niet beginnen: {lacking}.", file=sys.stderr)
        return 2
    size = Size(options.customers, options.requests, must_recover=not options.crowded)
    possible = kinds(options.store, can_fill_disk=installation.can_fill_disk)
    faults = plan(options.seed, possible, options.rounds)[: options.faults]
    try:
        found = figures(asyncio.run(run(installation, options.seed, size, faults)))
    finally:
        installation.stop()
    found = {"store": options.store, "seed": options.seed, **found}
    _REPORTS.mkdir(parents=True, exist_ok=True)
    report = _REPORTS / f"{options.store}-{options.seed}.json"
    report.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(_summary(found))
    print(f"Alles: {report.relative_to(ROOT)}")
    return 1 if found["problems"] else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--store", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--customers", type=int, default=Size.at_once, help="conversations at the same time")
    parser.add_argument("--requests", type=int, default=Size.requests, help="requests for a person, at least")
    parser.add_argument("--rounds", type=int, default=1, help="how often every kind of fault happens")
    parser.add_argument("--faults", type=int, help="only the first so many of the plan")
    parser.add_argument(
        "--crowded",
        action="store_true",
        help="others use this machine too: measure recovery, do not judge it",
    )
    return parser.parse_args()


def _summary(found: dict[str, Any]) -> str:
    lines = [
        "",
        f"{found['store']}, seed {found['seed']}: {found['conversations']} gesprekken, {found['messages']} berichten, "
        f"{found['faults']} storingen in {found['seconds']} s; {found['calls_tried_again']} keer opnieuw geprobeerd.",
        f"Verzoeken om een mens: {found['human_requests_accepted']} aangenomen, in {found['conversations_that_asked']} "
        f"gesprekken; tickets: {found['tickets']}. Herstel: {found['recovery_seconds']} (s).",
        f"{'Van verzoek tot bevestiging':32} {'aantal':>7} {'p50':>7} {'p95':>7} {'langst':>7}  (s)",
    ]
    for name, times in found["seconds_to_confirmation"].items():
        if times["count"]:
            lines.append(f"  {name:30} {times['count']:7} {times['p50']:7} {times['p95']:7} {times['max']:7}")
    problems = found["problems"]
    lines += [f"  GEBROKEN: {problem}" for problem in problems[:50]]
    lines.append("Niemand is kwijtgeraakt." if not problems else f"{len(problems)} beloften zijn gebroken.")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
