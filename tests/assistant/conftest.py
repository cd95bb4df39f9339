"""Plays conversations against the trained model with a real action server; a local HTTP server plays the desk."""

from __future__ import annotations

import asyncio
import json
import os
import re
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.utils.endpoints import EndpointConfig
from werkzeug import Request, Response

from guarantee.assistant import Assistant

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "token-of-this-test-run"


@dataclass
class Desk:
    """What the local desk saw, and whether it works."""

    server: HTTPServer
    works: bool = True
    tickets: dict[str, dict[str, Any]] = field(default_factory=dict)
    callback_slots: list[dict[str, str]] = field(
        default_factory=lambda: [
            {"id": "20261124T0800Z", "label": "dinsdag 24 november tussen 9.00 en 11.00 uur"}
        ]
    )

    full_slots: set[str] = field(default_factory=set)

    def serve(self) -> None:
        self.server.expect_request("/api/tickets", method="POST").respond_with_handler(self._open)
        self.server.expect_request("/api/tickets", method="GET").respond_with_handler(self._list)
        self.server.expect_request("/api/proofs").respond_with_json({"is_open": True})
        self.server.expect_request("/api/callback-slots").respond_with_handler(self._slots)
        self.server.expect_request("/api/opening-hours").respond_with_handler(self._hours)
        one = re.compile("/api/tickets/[^/]+(/status)?")
        self.server.expect_request(one, method="PATCH").respond_with_handler(self._add)
        self.server.expect_request(one, method="POST").respond_with_handler(self._status)

    def _open(self, request: Request) -> Response:
        if not self.works:
            return Response("stuk", status=500)
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return Response("{}", status=401)
        body = request.get_json()
        key = request.headers["Idempotency-Key"]
        own = [ticket for ticket in self.tickets.values() if ticket["conversation"] == body["conversation"]]
        if not own:
            self.tickets[key] = {**body, "number": f"T-{100000 + len(self.tickets)}"}
        return self._json(self._shown(own[0] if own else self.tickets[key]), 200 if own else 201)

    def _add(self, request: Request) -> Response:
        if not self.works:
            return Response("stuk", status=500)
        ticket, added = self._with_number(request.path.split("/")[3]), request.get_json()
        if added.get("callback_slot") in self.full_slots:
            error = {"code": "slot_full", "message": "Vol.", "field": "callback_slot"}
            return self._json({"error": error}, 409)
        ticket.update(added)
        return self._json(self._shown(ticket), 200)

    def _status(self, request: Request) -> Response:
        if not self.works:
            return Response("stuk", status=500)
        ticket, proof = self._with_number(request.path.split("/")[3]), request.get_json()["proof"]
        known = {*ticket.get("entities", {}).values(), ticket.get("phone"), ticket.get("email")}
        return self._json(self._shown(ticket), 200) if proof in known else Response("{}", status=404)

    def _slots(self, request: Request) -> Response:
        free = [slot for slot in self.callback_slots if slot["id"] not in self.full_slots]
        return self._json({"slots": free}, 200) if self.works else Response("stuk", status=500)

    def _hours(self, request: Request) -> Response:
        day = {"day": request.args["day"], "hours": [], "holiday": "Eerste kerstdag"}
        return self._json(day, 200) if self.works else Response("stuk", status=500)

    def _with_number(self, number: str) -> dict[str, Any]:
        return next((ticket for ticket in self.tickets.values() if ticket["number"] == number), {})

    def _list(self, request: Request) -> Response:
        own = [
            self._shown(t) for t in self.tickets.values() if t["conversation"] == request.args["conversation"]
        ]
        return self._json({"tickets": own[::-1]}, 200)

    def _shown(self, ticket: dict[str, Any]) -> dict[str, Any]:
        fields = {name: ticket[name] for name in ("number", "reason", "conversation")}
        chosen = [slot["label"] for slot in self.callback_slots if slot["id"] == ticket.get("callback_slot")]
        shown = {"state": "open", "next_step": "Een medewerker komt eraan.", "employee": None}
        return {**fields, **shown, "wish": ticket.get("wish"), "callback": chosen[0] if chosen else None}

    @staticmethod
    def _json(body: dict[str, Any], status: int) -> Response:
        return Response(json.dumps(body), status=status, content_type="application/json")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="session")
def desk_server() -> Iterator[HTTPServer]:
    with HTTPServer() as server:
        yield server


@pytest.fixture
def desk(desk_server: HTTPServer) -> Iterator[Desk]:
    desk = Desk(desk_server)
    desk.serve()
    yield desk
    desk_server.clear()


@pytest.fixture(scope="session")
def action_server(desk_server: HTTPServer) -> Iterator[str]:
    port = free_port()
    environment = {
        **os.environ,
        "DESK_URL": desk_server.url_for("").rstrip("/"),
        "DESK_SERVICE_TOKEN": TOKEN,
        "RASA_TELEMETRY_ENABLED": "false",
    }
    command = [sys.executable, "-m", "rasa_sdk", "--actions", "actions", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{url}/health", process)
        yield f"{url}/webhook"
    finally:
        process.terminate()
        process.wait(timeout=10)


def _wait_for(url: str, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    """Wait until a server answers; fails at once when its process ends."""
    for _ in range(int(seconds / 0.2)):
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            try:
                process.wait(timeout=0.2)
            except subprocess.TimeoutExpired:
                continue
            pytest.fail(f"the server ended with status {process.returncode}")
    pytest.fail(f"no answer from {url}")


@pytest.fixture(scope="session")
def model() -> str:
    """The model to test: `MODEL`, or the newest in `models/`."""
    named = os.environ.get("MODEL")
    models = sorted((ROOT / "models").glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
    if not named and not models:
        pytest.fail("there is no trained model: run `make train`")
    return named or str(models[-1])


@pytest.fixture(scope="session")
def assistant(model: str, action_server: str) -> Assistant:
    return Assistant.load(Path(model), EndpointConfig(action_server))


@pytest.fixture(scope="session")
def agent(assistant: Assistant) -> Agent:
    return assistant.agent


@pytest.fixture(scope="session")
def agent_without_actions(model: str) -> Agent:
    """The same model while nothing listens on the action server's port."""
    return Agent.load(model, action_endpoint=EndpointConfig(f"http://127.0.0.1:{free_port()}/webhook"))


class Conversation:
    """One customer's conversation with an agent."""

    _count = 0

    def __init__(self, agent: Agent) -> None:
        Conversation._count += 1
        self.agent, self.sender, self._turn = agent, f"customer-{os.getpid()}-{Conversation._count}", 0
        self._loop = asyncio.get_event_loop_policy().get_event_loop()

    def says(self, text: str) -> list[dict[str, Any]]:
        """Send a message; the assistant's answers, as the REST channel gives them."""
        self._turn += 1
        metadata = {"message_id": f"{self.sender}-{self._turn}", "channel": "web"}
        message = UserMessage(
            text, CollectingOutputChannel(), self.sender, input_channel="rest", metadata=metadata
        )
        self._loop.run_until_complete(self.agent.handle_message(message))
        return message.output_channel.messages

    def hears(self, text: str) -> str:
        """Send a message; the text of all answers, joined."""
        return " ".join(answer.get("text", "") for answer in self.says(text))

    @property
    def tracker(self) -> Any:
        return self._loop.run_until_complete(self.agent.tracker_store.retrieve(self.sender))


@pytest.fixture(scope="session", autouse=True)
def event_loop_of_the_agent() -> Iterator[None]:
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield
    loop.close()


@pytest.fixture
def customer(agent: Agent, desk: Desk) -> Callable[[], Conversation]:
    return lambda: Conversation(agent)
