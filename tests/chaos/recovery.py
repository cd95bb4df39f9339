"""Whether the whole product works again after a fault, and whether the operator could see the fault."""

from __future__ import annotations

import asyncio
import random

import httpx
from tests.chaos.customer import Customer, Refused

# The promise of docs/reliability.md, from the return of the part.
LONGEST_RECOVERY_SECONDS = 30.0
_ANSWER_SECONDS = 20.0
_LOOK_SECONDS = 0.5
_READY_SECONDS = 10.0


async def recovery_seconds(customers: list[Customer], http: httpx.AsyncClient) -> float | None:
    """Seconds until a new customer gets everything that the product offers and `/readyz` is content; None when too late.

    Args:
        customers: those who try it are added, so that nobody is left out of the count.
        http: with the desk as base address.
    """
    clock = asyncio.get_running_loop().time
    began = clock()
    try:
        async with asyncio.timeout(LONGEST_RECOVERY_SECONDS):
            while not (await _is_served(customers, http) and await _is_ready(http)):
                await asyncio.sleep(_LOOK_SECONDS)
    except TimeoutError:
        return None
    return clock() - began


async def _is_served(customers: list[Customer], http: httpx.AsyncClient) -> bool:
    """The assistant answers out of the back office, and opens a ticket itself when it is asked for a person."""
    customer = Customer(
        http, random.Random(len(customers)), f"10.255.{len(customers) >> 8 & 255}.{len(customers) & 255}"
    )
    customers.append(customer)
    try:
        await customer.arrive()
        await customer.wait_for_an_answer(
            await customer.write("waar is mijn bestelling 400123456?"), _ANSWER_SECONDS
        )
        looked_up = await customer.wait_for_an_answer(await customer.write("3511 AB"), _ANSWER_SECONDS)
        if not any("koffiezetapparaat" in message["text"] for message in looked_up):
            return False
        await customer.ask_for_a_person("words", "ik wil een medewerker spreken")
        return any(message["sender"] == "assistant" and "T-" in message["text"] for message in customer.read)
    except Refused:
        return False
    finally:
        await customer.leave()


async def _is_ready(http: httpx.AsyncClient) -> bool:
    try:
        return (await http.get("/readyz", timeout=_READY_SECONDS)).json()["status"] == "ok"
    except (httpx.HTTPError, ValueError):
        return False


class Monitor:
    """An operator's monitoring: looks at `/readyz` all the time.

    Attributes:
        seen: when which component was called down: clock of the event loop, and its name.
    """

    def __init__(self, http: httpx.AsyncClient) -> None:
        """`http` with the desk as base address."""
        self.seen: list[tuple[float, str]] = []
        self._http = http

    async def watch(self) -> None:
        """Look until cancelled."""
        clock = asyncio.get_running_loop().time
        while True:
            try:
                response = await self._http.get("/readyz", timeout=_READY_SECONDS)
                parts = response.json()["components"]
                self.seen += [(clock(), name) for name, part in parts.items() if part["status"] != "ok"]
            except (httpx.HTTPError, ValueError, KeyError):
                self.seen.append((clock(), "desk"))
            await asyncio.sleep(_LOOK_SECONDS)

    def saw(self, component: str, since: float, until: float) -> bool:
        """Whether this component was called down in this time."""
        return any(since <= at <= until and name in (component, "desk") for at, name in self.seen)
