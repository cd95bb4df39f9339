"""A customer who does what the widget does: tries again, with the same id, until the desk has taken the message in."""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

# widget/api.js and widget/backoff.js
CALL_TIMEOUT_SECONDS = 15.0
_FIRST_PAUSE_SECONDS = 0.7
_LONGEST_PAUSE_SECONDS = 20.0
# A stream that is silent for longer than two keep-alives is dead.
_SILENCE_SECONDS = 40.0
_TICKET = re.compile(r"\bT-\d{6,}\b")
HUMAN_PAYLOAD = "/talk_to_human"


class Refused(Exception):
    """The desk said no to something that an honest customer may do."""


@dataclass
class Request:
    """One time that a customer asked for a person. Times are those of the event loop's clock, in seconds.

    Attributes:
        way: `button`, `payload` (a button of the assistant) or `words`.
        knew: the customer already had a ticket number.
        began: the customer asked.
        accepted: the desk answered with a 2xx.
        confirmed: the customer read a ticket number.
    """

    way: str
    knew: bool
    began: float
    accepted: float | None = None
    confirmed: float | None = None


@dataclass
class Customer:
    """One conversation, from its first message to its last.

    Attributes:
        sent: client id and, once accepted, the desk's id of every message, in the order in which they were written.
        read: every message that came in, in order.
        requests: the times that this customer asked for a person.
        failures: how often a call had to be tried again.
    """

    http: httpx.AsyncClient
    chance: random.Random
    address: str
    conversation: str = ""
    sent: list[tuple[str, int]] = field(default_factory=list)
    read: list[dict[str, Any]] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    failures: int = 0
    ticket: str | None = None
    _token: str = ""
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _online: asyncio.Event = field(default_factory=asyncio.Event)
    _follower: asyncio.Task[None] | None = None

    async def arrive(self) -> None:
        """Open the chat. A conversation whose beginning got lost stays behind, empty."""
        begun = await self._until_done("POST", "/conversations")
        self.conversation, self._token = begun["conversation"], begun["token"]
        self._follower = asyncio.create_task(self._follow())
        self._follower.add_done_callback(lambda _: self._news.set())

    async def write(self, text: str) -> int:
        """Send a message; its id. The next one is sent after it, so their order is known."""
        client_id = f"{self.conversation}-{len(self.sent)}"
        answer = await self._until_done("POST", "/messages", {"client_id": client_id, "text": text})
        self.sent.append((client_id, answer["id"]))
        return answer["id"]

    async def ask_for_a_person(self, way: str, words: str) -> Request:
        """Ask in one of the ways, and wait until a ticket number is on the screen."""
        clock = asyncio.get_running_loop().time
        request = Request(way, self.ticket is not None, clock())
        self.requests.append(request)
        if way == "button":
            self._know((await self._until_done("POST", "/human"))["ticket"])
        else:
            await self.write(HUMAN_PAYLOAD if way == "payload" else words)
        request.accepted = clock()
        await self._wait(lambda: self.ticket is not None)
        request.confirmed = clock()
        return request

    async def wait_for_an_answer(self, message: int, seconds: float) -> list[dict[str, Any]]:
        """What was said after a message by somebody else; an empty list when nothing came in time."""
        try:
            async with asyncio.timeout(seconds):
                await self._wait(lambda: self._others_after(message))
        except TimeoutError:
            return []
        return self._others_after(message)

    async def leave(self) -> None:
        """Close the chat."""
        if self._follower is not None:
            self._follower.cancel()
            await asyncio.gather(self._follower, return_exceptions=True)

    async def history(self) -> list[dict[str, Any]]:
        """The whole conversation as the desk gives it."""
        found: list[dict[str, Any]] = []
        while True:
            after = found[-1]["id"] if found else 0
            page = (await self._until_done("GET", f"/messages?after={after}"))["messages"]
            found += page
            if not page:
                return found

    def _others_after(self, message: int) -> list[dict[str, Any]]:
        return [one for one in self.read if one["id"] > message and one["sender"] != "customer"]

    async def _until_done(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """A call that is tried until it succeeds. Raises `Refused` for a 4xx: an honest customer never gets one."""
        failures = 0
        while True:
            try:
                response = await self.http.request(
                    method,
                    f"/api/webchat{path}",
                    json=body,
                    headers=self._headers(),
                    timeout=CALL_TIMEOUT_SECONDS,
                )
                if response.is_success:
                    return response.json()
                if response.is_client_error:
                    raise Refused(f"{method} {path}: {response.status_code} {response.text[:200]}")
            except (httpx.HTTPError, ValueError):
                self._online.clear()
            failures += 1
            self.failures += 1
            await self._pause(failures)

    async def _pause(self, failures: int) -> None:
        """As long as the widget waits; shorter when the stream shows that the desk is back."""
        full = min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2 ** (failures - 1))
        try:
            async with asyncio.timeout(full / 2 + self.chance.random() * full / 2):
                # Only its coming back wakes up; that it was there all the time says nothing.
                if self._online.is_set():
                    await asyncio.Event().wait()
                await self._online.wait()
        except TimeoutError:
            return

    async def _follow(self) -> None:
        """Read along, resuming after the last message that came in."""
        failures = 0
        while True:
            try:
                async for kind, data in self._events():
                    failures = 0
                    self._online.set()
                    await self._take(kind, data)
            except (httpx.HTTPError, ValueError):
                failures += 1
                self._online.clear()
            if failures:
                await self._pause(failures)

    async def _events(self) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        after = str(self.read[-1]["id"] if self.read else 0)
        timeout = httpx.Timeout(CALL_TIMEOUT_SECONDS, read=_SILENCE_SECONDS)
        headers = {**self._headers(), "Last-Event-ID": after}
        async with self.http.stream(
            "GET", "/api/webchat/stream", headers=headers, timeout=timeout
        ) as response:
            response.raise_for_status()
            kind = ""
            async for line in response.aiter_lines():
                name, _, value = line.partition(": ")
                if name == "event":
                    kind = value
                elif name == "data":
                    yield kind, json.loads(value)

    async def _take(self, kind: str, data: dict[str, Any]) -> None:
        if kind == "message":
            self.read.append(data)
            found = _TICKET.search(data["text"]) if data["sender"] != "customer" else None
            self._know(found[0] if found else None)
        self._news.set()

    def _know(self, number: str | None) -> None:
        if number and self.ticket not in (None, number):
            raise Refused(f"two tickets: {self.ticket} and {number}")
        self.ticket = number or self.ticket

    async def _wait(self, condition: Callable[[], Any]) -> None:
        """Until something holds that the stream brings. An error of the stream itself ends the wait."""
        while not condition():
            self._news.clear()
            await self._news.wait()
            if self._follower is not None and self._follower.done():
                self._follower.result()

    def _headers(self) -> dict[str, str]:
        # As the proxy in front of the desk says whose request it is: an address per customer, so that no limit is shared.
        headers = {"X-Forwarded-For": self.address}
        return {**headers, "Authorization": f"Bearer {self._token}"} if self._token else headers
