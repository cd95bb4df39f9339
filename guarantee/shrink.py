"""The shortest conversation that still goes wrong in the same way."""

from __future__ import annotations

from collections.abc import Callable

from guarantee.checks import after_a_human_request, after_a_message
from guarantee.findings import Failure
from guarantee.world import Step, World


def shrink(world: World, failure: Failure) -> tuple[Step, ...] | None:
    """Leave out what is not needed; each shorter conversation is played anew, from the start.

    Returns:
        The conversation, from which no message can be left out; None when not even the whole one goes wrong again.
    """

    def goes_wrong(steps: tuple[Step, ...]) -> bool:
        before = world.replay(steps[:-1])
        after = world.step(before, steps[-1])
        check = after_a_human_request if failure.asked_human else after_a_message
        return failure.problem.kind in {problem.kind for problem in check(world, before, after)}

    return smallest(failure.steps, goes_wrong) if goes_wrong(failure.steps) else None


def smallest(steps: tuple[Step, ...], goes_wrong: Callable[[tuple[Step, ...]], bool]) -> tuple[Step, ...]:
    """Delta debugging (Zeller and Hildebrandt, 2002) on all messages but the last: ever smaller pieces are left out."""
    size = max(1, len(steps) // 2)
    while True:
        start, removed = 0, False
        while start < len(steps) - 1:
            shorter = (*steps[:start], *steps[min(start + size, len(steps) - 1) :])
            if goes_wrong(shorter):
                steps, removed = shorter, True
            else:
                start += size
        if size == 1 and not removed:
            return steps
        size = max(1, size // 2)
