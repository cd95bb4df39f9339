from __future__ import annotations

from guarantee.shrink import smallest
from guarantee.world import Step


def _steps(letters: str) -> tuple[Step, ...]:
    return tuple(Step(letter) for letter in letters)


def test_only_what_is_needed_stays():
    shortest = smallest(_steps("abcdefgh"), lambda steps: {"b", "f", "h"} <= {step.text for step in steps})
    assert shortest == _steps("bfh")


def test_the_last_message_always_stays():
    assert smallest(_steps("abc"), lambda _: True) == _steps("c")


def test_nothing_is_left_out_when_all_is_needed():
    assert smallest(_steps("abcd"), lambda steps: len(steps) == 4) == _steps("abcd")
