"""The outcome, as text for who ran it and as a page for the organisation."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from babel.dates import format_datetime
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from guarantee.explore import Limits
from guarantee.faults import Fault
from guarantee.findings import NO_FORM, Failure, Findings
from guarantee.real_stack import Compared
from guarantee.servers import ROOT
from guarantee.world import Step

_FOLDER = Path(__file__).parent
_WORDS = yaml.safe_load((_FOLDER / "report.yml").read_text(encoding="utf-8"))


@dataclass
class Outcome:
    """Everything that a report tells.

    Attributes:
        findings: of the exploration and the walks.
        compared: with the real servers.
        shown: failures, each with the shortest conversation that shows it.
        intents: how many intents there are.
        model: name of the model file; its last part is the fingerprint of the training data.
        seed: with which it can be repeated.
        quick: whether it was the quick run.
        limits: of the run.
        minutes: how long it took.
        at: when it ended.
    """

    findings: Findings
    compared: Compared
    shown: list[Failure]
    intents: int
    model: str
    seed: int
    quick: bool
    limits: Limits
    minutes: float
    at: dt.datetime

    @property
    def holds(self) -> bool:
        """Whether the promise was kept everywhere."""
        return not self.findings.failures and not self.compared.differences

    @property
    def requests(self) -> int:
        """How often a human was asked for."""
        return sum(self.findings.requests.values())

    @property
    def command(self) -> str:
        """What repeats this run."""
        return f"make guarantee {'QUICK=1 ' if self.quick else ''}SEED={self.seed}"

    def topics(self) -> list[dict[str, Any]]:
        """Per form: states, requests without and with a fault, intents that were said, failures."""
        rows = []
        for form in sorted({form for form, _ in self.findings.places}):
            asked = {key: n for key, n in self.findings.requests.items() if key[0][0] == form}
            pairs = {pair for pair in self.findings.reached if pair[1][0] == form}
            slots = {slot for name, slot in self.findings.places if name == form}
            rows.append(
                {
                    "name": _WORDS["forms"].get(form, form),
                    "slots": len(slots),
                    "states": sum(n for (name, _), n in self.findings.places.items() if name == form),
                    "requests": sum(n for (_, fault), n in asked.items() if fault is Fault.NONE),
                    "broken": sum(n for (_, fault), n in asked.items() if fault is not Fault.NONE),
                    "pairs": len(pairs),
                    "possible": len(slots) * self.intents,
                    "failures": sum(f.problem.where[0] == form for f in self.findings.failures.values()),
                }
            )
        return rows


def as_text(outcome: Outcome) -> str:
    """A table by topic, and each failure with its conversation."""
    findings, compared = outcome.findings, outcome.compared
    slots = [place for place in findings.places if place != NO_FORM]
    lines = [
        f"{findings.kinds} of {findings.kinds_met} kinds of state continued, {len(findings.states)} distinct states,"
        f" up to {findings.deepest} messages deep, in {outcome.minutes:.1f} minutes",
        f"{findings.turns} messages answered, {outcome.requests} requests for a human in {len(slots)} form slots",
        f"real servers: {compared.conversations} states the same, {compared.messages} answers compared,"
        f" {compared.without_actions} tickets by the desk without the action server",
        "",
        f"{'topic':<44}{'slots':>6}{'states':>8}{'asked':>7}{'broken':>8}{'intents':>12}{'wrong':>7}",
    ]
    for row in outcome.topics():
        reached = f"{row['pairs']}/{row['possible']}"
        lines.append(
            f"{row['name']:<44}{row['slots']:>6}{row['states']:>8}{row['requests']:>7}{row['broken']:>8}"
            f"{reached:>12}{row['failures']:>7}"
        )
    for failure in outcome.shown:
        lines += ["", f"FAILURE {failure.problem.kind} ({failure.count} times): {failure.problem.detail}"]
        lines += [f"    {count}. {step_in_words(step)}" for count, step in enumerate(failure.steps, 1)]
    lines += ["", *(f"FAILURE on the real servers: {line}" for line in compared.differences)]
    lines.append(
        f"{'The guarantee holds' if outcome.holds else 'THE GUARANTEE IS BROKEN'} — {outcome.command}"
    )
    return "\n".join(lines)


def step_in_words(step: Step) -> str:
    """A message, and what was broken."""
    broken = "" if step.fault is Fault.NONE else f"  [{step.fault.value}]"
    return f"{step.text[:200]}{broken}"


def as_page(outcome: Outcome) -> str:
    """The Dutch page: one file without anything from elsewhere, to be read on screen and on paper."""
    environment = Environment(
        loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    organisation = yaml.safe_load((ROOT / "organisation.yml").read_text(encoding="utf-8"))
    return environment.get_template("report.html").render(
        outcome=outcome,
        words=_WORDS,
        organisation=organisation["name"],
        at=format_datetime(outcome.at, "d MMMM yyyy 'om' HH.mm 'uur' (zzz)", locale="nl"),
        faults=[fault.value for fault in Fault if fault is not Fault.NONE],
        step_in_words=step_in_words,
    )
