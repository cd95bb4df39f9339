"""Which faults happen, in which order: by chance, but the same for the same seed."""

from __future__ import annotations

import random
from dataclasses import dataclass

PROGRAMS = ("assistant", "actions", "desk", "worker")
SERVERS = ("postgres", "redis")
STOPPED_SECONDS = (3.0, 15.0)
SLOWED_SECONDS = (5.0, 10.0)
PAUSE_SECONDS = (1.0, 4.0)


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong.

    Attributes:
        kind: `kill`, `stop`, `slow`, `full` (a disk) or an answer of the back office: `error`, `garbage`, `never`.
        part: what it happens to.
        seconds: how long it lasts; for a program that was killed, until the supervisor starts it again.
        pause: seconds of calm before it.
    """

    kind: str
    part: str
    seconds: float
    pause: float

    @property
    def name(self) -> str:
        """As in the report: `kill desk`."""
        return f"{self.kind} {self.part}"


def kinds(store: str, *, can_fill_disk: bool) -> list[tuple[str, str]]:
    """Every kind of fault that this installation can have: kind and part."""
    parts = [*PROGRAMS, *(SERVERS if store == "postgres" else ())]
    found = [(kind, part) for kind in ("kill", "stop", "slow") for part in parts]
    found += [(kind, "back_office") for kind in ("error", "garbage", "never")]
    return [*found, ("full", "disk")] if store == "sqlite" and can_fill_disk else found


def plan(seed: int, possible: list[tuple[str, str]], rounds: int) -> list[list[Fault]]:
    """The faults one after another; now and then two at once.

    Args:
        seed: of the run.
        possible: from `kinds`.
        rounds: how often every kind happens at least.
    """
    chance = random.Random(f"plan-{seed}")
    faults: list[list[Fault]] = []
    for _ in range(rounds):
        for kind, part in chance.sample(possible, len(possible)):
            together = [_fault(chance, kind, part)]
            others = [other for other in possible if other[1] != part]
            if others and chance.random() < 0.2:
                together.append(_fault(chance, *chance.choice(others)))
            faults.append(together)
    return faults


def _fault(chance: random.Random, kind: str, part: str) -> Fault:
    seconds = SLOWED_SECONDS if kind == "slow" else STOPPED_SECONDS
    return Fault(kind, part, round(chance.uniform(*seconds), 1), round(chance.uniform(*PAUSE_SECONDS), 1))
