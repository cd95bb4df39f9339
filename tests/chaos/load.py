"""Many customers at once, each of whom asks ordinary things and then for a person."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import yaml
from tests.chaos.customer import Customer, Refused

_SENTENCES = yaml.safe_load((Path(__file__).parent / "sentences.yml").read_text(encoding="utf-8"))
_WAYS = ["button", "payload", "words", "words"]
# People read and type. Without that forty customers are a hundred.
_THINKING_SECONDS = (1.0, 4.0)
# Long enough for a turn that the worker picks up; who gets no answer by then goes on to ask for a person.
_PATIENCE_SECONDS = 30.0
# No fault lasts this long. Whoever is still here is stuck, and that is a finding.
_LONGEST_CONVERSATION_SECONDS = 240.0


@dataclass
class Load:
    """The customers of one run.

    Attributes:
        customers: everybody who came, in order of arrival.
        kept: per conversation its messages as the desk had them at the end.
        problems: what a customer met that may not happen.
    """

    desk: str
    seed: int
    at_once: int
    customers: list[Customer] = field(default_factory=list)
    kept: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    async def run(
        self, least_requests: int, is_over: Callable[[], bool], is_broken_off: Callable[[], bool]
    ) -> None:
        """Keep `at_once` conversations going until there were enough requests and `is_over`, or it `is_broken_off`."""
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=2 * self.at_once)
        async with httpx.AsyncClient(base_url=self.desk, limits=limits, trust_env=False) as http:

            async def visitors() -> None:
                while not is_broken_off() and (self.requests < least_requests or not is_over()):
                    await self._visit(http)

            await asyncio.gather(*(visitors() for _ in range(self.at_once)))

    @property
    def requests(self) -> int:
        """How often somebody asked for a person so far."""
        return sum(len(customer.requests) for customer in self.customers)

    async def _visit(self, http: httpx.AsyncClient) -> None:
        number = len(self.customers)
        chance = random.Random(f"{self.seed}-{number}")
        address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        customer = Customer(http, chance, address)
        self.customers.append(customer)
        try:
            async with asyncio.timeout(_LONGEST_CONVERSATION_SECONDS):
                await _talk(customer, chance)
                self.kept[customer.conversation] = await customer.history()
        except Refused as refused:
            self.problems.append(f"customer {number}: {refused}")
        except TimeoutError:
            self.problems.append(f"customer {number} ({customer.conversation}) never got through")
        finally:
            await customer.leave()


async def _talk(customer: Customer, chance: random.Random) -> None:
    await customer.arrive()
    for text in chance.choice(_SENTENCES["ordinary"])[: chance.randint(0, 3)]:
        await asyncio.sleep(chance.uniform(*_THINKING_SECONDS))
        message = await customer.write(text)
        if chance.random() < 0.7:  # the others write on before there is an answer
            await customer.wait_for_an_answer(message, _PATIENCE_SECONDS)
    await asyncio.sleep(chance.uniform(*_THINKING_SECONDS))
    await customer.ask_for_a_person(chance.choice(_WAYS), chance.choice(_SENTENCES["human"]))
    if chance.random() < 0.4:  # not everybody believes it the first time
        await asyncio.sleep(chance.uniform(*_THINKING_SECONDS))
        await customer.ask_for_a_person(chance.choice(_WAYS), chance.choice(_SENTENCES["human"]))
    if chance.random() < 0.3:
        await customer.write("het gaat over mijn bestelling van vorige week")
