"""One run: load, faults one after another, recovery after each, and the count at the end."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import httpx
from tests.chaos import audit
from tests.chaos.installation import Installation
from tests.chaos.load import Load
from tests.chaos.plan import Fault
from tests.chaos.recovery import LONGEST_RECOVERY_SECONDS, Monitor, recovery_seconds

# A component is looked at once in 5 s, for 2 s; the operator's monitoring twice a second.
_SEEN_AFTER_SECONDS = 8.5
# As `/readyz` calls what the faults happen to. The worker may miss three heartbeats first; the back office is not ours.
_COMPONENTS = {"assistant": "assistant", "actions": "actions", "desk": "desk", "postgres": "database"}
_COMPONENTS |= {"redis": "redis", "disk": "database"}
_DRAIN_SECONDS = 60.0
# Nothing else begins after so many seconds; what runs then is finished and counted.
LONGEST_RUN_SECONDS = 660.0


@dataclass(frozen=True)
class Size:
    """How large a run is.

    Attributes:
        at_once: conversations at the same time.
        requests: requests for a person, at least.
        seconds: after so many no fault and no conversation begins; what was not reached by then is a problem.
        must_recover: everything must work again within `LONGEST_RECOVERY_SECONDS` of a part's return. Off, that is only
            measured: on a machine that others use as well the assistant may be too slow for the crowd without any fault.
    """

    at_once: int = 40
    requests: int = 2000
    seconds: float = LONGEST_RUN_SECONDS
    must_recover: bool = True


@dataclass(frozen=True)
class Incident:
    """Faults that happened together.

    Attributes:
        began: clock of the event loop, as are the others.
        returned: every part is there again, or was given up.
        missing: parts that did not come back, with the kind of error that said so.
        recovery: seconds from there until everything worked; None: longer than the promise.
        unseen: what the operator could not see on `/readyz`, though it lasted long enough.
    """

    faults: list[Fault]
    began: float
    returned: float
    recovery: float | None
    unseen: list[str]
    missing: list[str]

    @property
    def name(self) -> str:
        """As in the report: `kill desk`, `kill desk + stop redis`."""
        return " + ".join(fault.name for fault in self.faults)

    @property
    def ended(self) -> float:
        """When everything worked again, or was given up on."""
        return self.returned + (self.recovery if self.recovery is not None else LONGEST_RECOVERY_SECONDS)


@dataclass(frozen=True)
class Outcome:
    """What came of a run."""

    load: Load
    incidents: list[Incident]
    tickets: int
    problems: list[str]
    seconds: float


async def run(installation: Installation, seed: int, size: Size, faults: list[list[Fault]]) -> Outcome:
    """Let customers in, break things one after another, and count. `faults` as `plan.plan` gives them.

    It ends by itself, and what went wrong on the way is counted too: after `size.seconds` nothing new begins, a part
    that does not come back is given up, and a conversation has a longest time of its own (`load`).
    """
    clock = asyncio.get_running_loop().time
    began = clock()
    load = Load(installation.product.desk, seed, size.at_once)
    incidents: list[Incident] = []
    broken_off = asyncio.Event()
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=installation.product.desk, limits=limits, trust_env=False) as http:
        monitor = Monitor(http)
        watching = asyncio.create_task(monitor.watch())
        customers = asyncio.create_task(
            load.run(size.requests, lambda: len(incidents) == len(faults), broken_off.is_set)
        )
        asyncio.get_running_loop().call_later(size.seconds, broken_off.set)
        try:
            for together in faults:
                if broken_off.is_set():
                    break
                await asyncio.sleep(together[0].pause)
                incidents.append(await _incident(installation, load, http, monitor, together))
                print(f"{len(incidents):3}/{len(faults)} {_line(incidents[-1])}", flush=True)
            await customers
        finally:
            for task in (watching, customers):
                task.cancel()
            await asyncio.gather(watching, customers, return_exceptions=True)
    late = await _drain(installation)
    found = await asyncio.to_thread(audit.kept, installation)
    began_talking = [customer for customer in load.customers if customer.conversation]
    wrong = [
        *load.problems,
        *audit.problems(began_talking, load.kept, found),
        *late,
        *_incident_problems(incidents, size),
        *_not_done(load, incidents, size, faults),
    ]
    tickets = sum(len(found[customer.conversation].tickets) for customer in began_talking)
    return Outcome(load, incidents, tickets, wrong, clock() - began)


async def _incident(
    installation: Installation,
    load: Load,
    http: httpx.AsyncClient,
    monitor: Monitor,
    together: list[Fault],
) -> Incident:
    clock = asyncio.get_running_loop().time
    began = clock()
    suffered = await asyncio.gather(
        *(installation.suffer(fault) for fault in together), return_exceptions=True
    )
    missing = [
        f"{fault.part} ({type(problem).__name__})"
        for fault, problem in zip(together, suffered, strict=True)
        if isinstance(problem, Exception)
    ]
    returned = clock()
    recovery = await recovery_seconds(load.customers, http)
    lasted = {"stop", "full"} if returned - began >= _SEEN_AFTER_SECONDS else set()
    unseen = [
        fault.name
        for fault in together
        if fault.kind in lasted
        and fault.seconds >= _SEEN_AFTER_SECONDS
        and fault.part in _COMPONENTS
        and not monitor.saw(_COMPONENTS[fault.part], began, clock())
    ]
    return Incident(together, began, returned, recovery, unseen, missing)


def _not_done(load: Load, incidents: list[Incident], size: Size, faults: list[list[Fault]]) -> list[str]:
    """What the run did not come to: then it proves less than it says."""
    wrong = []
    if load.requests < size.requests:
        wrong.append(f"only {load.requests} of {size.requests} requests for a person in {size.seconds:.0f} s")
    if len(incidents) < len(faults):
        wrong.append(f"only {len(incidents)} of {len(faults)} faults in {size.seconds:.0f} s")
    return wrong


def _incident_problems(incidents: list[Incident], size: Size) -> list[str]:
    wrong = [
        f"{incident.name}: not everything worked within {LONGEST_RECOVERY_SECONDS:.0f} s of its return"
        for incident in incidents
        if incident.recovery is None and size.must_recover
    ]
    wrong += [f"{one.name}: did not return: {part}" for one in incidents for part in one.missing]
    return wrong + [f"{name}: not to be seen on /readyz" for one in incidents for name in one.unseen]


async def _drain(installation: Installation) -> list[str]:
    clock = asyncio.get_running_loop().time
    end = clock() + _DRAIN_SECONDS
    while (left := await asyncio.to_thread(audit.pending, installation)) and clock() < end:
        await asyncio.sleep(1)
    return [f"{left} messages still wait {_DRAIN_SECONDS:.0f} s after the last customer left"] if left else []


def _line(incident: Incident) -> str:
    down = incident.returned - incident.began
    back = (
        f"not all back in {LONGEST_RECOVERY_SECONDS:.0f} s"
        if incident.recovery is None
        else f"recovered in {incident.recovery:.1f} s"
    )
    return f"{incident.name}: {down:.1f} s until its return, {back}"


def figures(outcome: Outcome) -> dict[str, Any]:
    """The outcome as JSON: counts, and seconds from request to confirmation by fault."""
    customers = outcome.load.customers
    requests = [request for customer in customers for request in customer.requests]
    accepted = [request for request in requests if request.accepted is not None]
    asked = sum(1 for one in customers if any(request.accepted is not None for request in one.requests))
    by_fault: dict[str, list[float]] = {"calm": []}
    for request in accepted:
        if request.knew or request.confirmed is None:
            continue  # who already had a number is confirmed at once, which would flatter the figures
        names = {
            fault.name
            for incident in outcome.incidents
            if request.began <= incident.ended and request.confirmed >= incident.began
            for fault in incident.faults
        }
        for name in names or {"calm"}:
            by_fault.setdefault(name, []).append(request.confirmed - request.began)
    recoveries = sorted(one.recovery for one in outcome.incidents if one.recovery is not None)
    return {
        "conversations": sum(1 for one in customers if one.conversation),
        "messages": sum(len(one.sent) for one in customers),
        "calls_tried_again": sum(one.failures for one in customers),
        "human_requests": len(requests),
        "human_requests_accepted": len(accepted),
        "conversations_that_asked": asked,
        "tickets": outcome.tickets,
        "faults": sum(len(one.faults) for one in outcome.incidents),
        "recovery_seconds": _spread(recoveries),
        "incidents": [_line(incident) for incident in outcome.incidents],
        "seconds_to_confirmation": {name: _spread(times) for name, times in sorted(by_fault.items())},
        "problems": outcome.problems,
        "seconds": round(outcome.seconds),
    }


def _spread(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    if not ordered:
        return {"count": 0}
    at = {
        name: ordered[min(int(share * len(ordered)), len(ordered) - 1)]
        for name, share in (("p50", 0.5), ("p95", 0.95))
    }
    return {
        "count": len(ordered),
        **{name: round(value, 2) for name, value in at.items()},
        "max": round(ordered[-1], 2),
    }
