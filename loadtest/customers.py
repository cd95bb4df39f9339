"""Customers for locust: each holds conversations, as the widget does, and thinks between its messages.

    LOADTEST_TURNS=turns.csv LOADTEST_THINK=1 locust -f loadtest/customers.py Visitor --headless --host http://127.0.0.1:8000

Every turn is a line of `LOADTEST_TURNS`: when it ended (seconds since 1970), how long it took (seconds), and what came of
it: `answered`, `ticket` (the safety net, or a person was asked for), or the kind of failure. Locust's own are rounded.
"""

from __future__ import annotations

import json
import os
import random
import time
import uuid
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import gevent
from gevent.queue import Empty, Queue
from geventhttpclient import HTTPClient
from locust import User, events, task

# Two answered by a rule alone, and an order looked up through the action server after two questions of the assistant.
SENTENCES = (
    "tot hoe laat zijn jullie open?",
    "hoe kan ik betalen?",
    "waar blijft mijn bestelling?",
    "400123456",
    "3511 ab",
    "wat kost verzenden?",
)
# Who says it: 1,600 combinations, so that nearly every sentence is new to the assistant, which remembers 256 texts.
# Order number and postcode are those of one customer, and remembered.
FIRST_NAMES, LAST_NAMES = (
    line.split(", ")
    for line in Path(__file__).with_name("names.txt").read_text(encoding="utf-8").splitlines()
)
# What `rasa init` answers.
PLAIN_SENTENCES = ("hello", "I am sad", "yes", "are you a bot?", "I am very happy", "bye")
_PATIENCE_SECONDS = 30
_addresses = count(1)


@events.init.add_listener
def read_the_clock(**_: Any) -> None:
    """Locust's time limit is reckoned from when gevent last looked at the clock: before everything was imported."""
    gevent.get_hub().loop.update_now()


class Customer(User):
    """What both kinds share. Thinks for a time that is exponentially distributed, as arrivals of people are."""

    abstract = True
    think_seconds = float(os.environ.get("LOADTEST_THINK", "1"))
    sentences = SENTENCES

    def on_start(self) -> None:
        """Begin at a moment of one's own."""
        self.http = HTTPClient.from_url(self.host, concurrency=3, network_timeout=_PATIENCE_SECONDS)
        self.think()

    def wording(self, sentence: str) -> str:
        """The sentence as somebody says it; what answers the assistant's question stays as it is."""
        if not sentence.endswith("?"):
            return sentence
        return f"hoi, {random.choice(FIRST_NAMES)} {random.choice(LAST_NAMES)} hier. {sentence}"

    def think(self) -> None:
        """Do nothing for a while."""
        gevent.sleep(random.expovariate(1 / self.think_seconds) if self.think_seconds else 0)

    def took(self, begin: float, outcome: str) -> None:
        """Write a turn down, for locust's page too."""
        seconds = time.perf_counter() - begin
        with Path(os.environ["LOADTEST_TURNS"]).open("a", encoding="utf-8") as file:
            file.write(f"{time.time():.4f},{seconds:.5f},{outcome}\n")
        self.environment.events.request.fire(
            request_type="TURN",
            name=type(self).__name__,
            response_time=seconds * 1000,
            response_length=0,
            exception=None if outcome == "answered" else RuntimeError(outcome),
            context={},
        )

    @task
    def conversation(self) -> None:
        """One conversation from its first message to its last."""
        try:
            self.talk()
        except (OSError, ValueError, KeyError) as error:
            self.took(time.perf_counter(), type(error).__name__)
            self.think()

    def talk(self) -> None:
        """Say all sentences."""
        raise NotImplementedError

    def post(self, path: str, body: dict[str, Any], **headers: str) -> Any:
        """The JSON that comes back. Raises `OSError` for another status than success."""
        response = self.http.post(
            path,
            json.dumps(body),
            {"Content-Type": "application/json", "Connection": "keep-alive", **headers},
        )
        content = response.read()
        if response.status_code not in (200, 201, 202):
            raise OSError(f"status {response.status_code}")
        return json.loads(content)


class Visitor(Customer):
    """On the web chat of the desk: messages go in by POST, answers come on a stream that stays open."""

    def talk(self) -> None:
        """A new customer from an address of its own, which the desk learns as from a proxy."""
        number = next(_addresses) + os.getpid() * 1000
        self._headers = {"X-Forwarded-For": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"}
        begun = self.post("/api/webchat/conversations", {}, **self._headers)
        self._headers["Authorization"] = f"Bearer {begun['token']}"
        heard: Queue = Queue()
        # A client of its own: the stream keeps its connection.
        line = HTTPClient.from_url(self.host, network_timeout=_PATIENCE_SECONDS)
        reader = gevent.spawn(self._listen, line, heard)
        try:
            for sentence in self.sentences:
                if not self._says(self.wording(sentence), heard):
                    return
                self.think()
        finally:
            reader.kill()
            line.close()

    def _says(self, text: str, heard: Queue) -> bool:
        """Say it and wait for the answer; is there more to say?"""
        begin = time.perf_counter()
        body = {"client_id": uuid.uuid4().hex, "text": text}
        asked = self.post("/api/webchat/messages", body, **self._headers)["id"]
        sender = ""
        try:
            while not sender:
                message = heard.get(timeout=_PATIENCE_SECONDS)
                # The greeting, and what else was said before, is no answer; nor are the customer's own words.
                if message["id"] > asked and message["sender"] != "customer":
                    sender = message["sender"]
        except Empty:
            self.took(begin, "no answer")
            return False
        self.took(begin, "answered" if sender == "assistant" else "ticket")
        return bool(sender == "assistant")

    def _listen(self, line: HTTPClient, heard: Queue) -> None:
        for message in _messages(line.get("/api/webchat/stream", self._headers)):
            heard.put(message)


def _messages(response: Any) -> Iterator[dict[str, Any]]:
    kind = b""
    while line := response.readline(b"\n"):
        if line.startswith(b"event: "):
            kind = line.strip()
        elif line.startswith(b"data: ") and kind == b"event: message":
            yield json.loads(line[6:])


class Asker(Customer):
    """Asks Rasa itself, without a desk: what a turn costs there."""

    def talk(self) -> None:
        """A new conversation."""
        sender = uuid.uuid4().hex
        for sentence in self.sentences:
            begin = time.perf_counter()
            answers = self.post(
                "/webhooks/rest/webhook", {"sender": sender, "message": self.wording(sentence)}
            )
            self.took(begin, "answered" if answers else "no answer")
            self.think()


class PlainAsker(Asker):
    """Asks a project as `rasa init` makes it, which remembers no texts."""

    sentences = PLAIN_SENTENCES

    def wording(self, sentence: str) -> str:
        """As it is."""
        return sentence


__all__ = ["Asker", "PlainAsker", "Visitor"]
