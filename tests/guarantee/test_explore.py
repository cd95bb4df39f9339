"""Which states are continued, how, and how deep; and what counts as going round in a loop."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pytest

from guarantee.assistant import Turn
from guarantee.checks import is_repetition
from guarantee.explore import FULL, Job, explore
from guarantee.findings import Findings
from guarantee.players import Players
from guarantee.world import State, Step


class TwoByTwo:
    """Players who meet two new kinds of state in each that they continue, and keep the jobs."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []

    def each(self, work: Any, jobs: list[Job]) -> list[tuple[Findings, dict[str, State]]]:
        self.jobs += jobs
        return [(Findings(kinds=not job.only_ask), {} if job.only_ask else self._met(job)) for job in jobs]

    def _met(self, job: Job) -> dict[str, State]:
        steps = job.state.steps if job.state else ()
        return {
            f"{[step.text for step in steps]} {text}": state(*steps, Step(text))
            for text in ("links", "rechts")
        }


def state(*steps: Step, turns: tuple[Turn, ...] = ()) -> State:
    return State(tracker=cast(Any, None), office=b"", steps=steps, turns=turns)


def depth(job: Job) -> int:
    return len(job.state.steps) if job.state else 0


def test_beyond_the_first_kinds_only_what_leads_further_is_tried_and_only_so_deep() -> None:
    players = TwoByTwo()
    limits = replace(FULL, kinds=3, depth=3, others=None)
    findings = explore(cast(Players, players), 1, limits, lambda findings: None)
    tried = {(depth(job), job.others, job.only_ask) for job in players.jobs}
    assert tried == {(0, None, False), (1, None, False), (2, 0, False), (3, 0, True)}
    assert findings.kinds == 1 + 2 + 4
    assert findings.kinds_met == 2 + 4 + 8


@pytest.mark.parametrize(
    ("answer", "goes_round"), [("Wat is uw postcode?", True), ("Uw ticketnummer is T-100001.", False)]
)
def test_the_number_of_a_ticket_said_again_is_no_loop(answer: str, goes_round: bool) -> None:
    turns = tuple(Turn(text, "inform", [{"text": answer}], (), []) for text in "abc")
    assert is_repetition(state(*map(Step, "abc"), turns=turns)) is goes_round
