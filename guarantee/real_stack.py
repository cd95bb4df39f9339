"""The same conversations on the real servers: Rasa, action server and desk over HTTP. So the short cuts are proved equal."""

from __future__ import annotations

import random
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from guarantee.inputs import human_requests
from guarantee.players import Players
from guarantee.servers import Desk, Server, action_server, free_port, rasa_server
from guarantee.world import TICKET_NUMBER, Step, World

_SECONDS = 60
# The desk waits so long for Rasa; on a busy machine the default of 8 s would be about the machine, not about the product.
_PATIENCE = {"RASA_TIMEOUT_SECONDS": "60"}
_ANY_NUMBER = re.compile(r"T-\d+")


@dataclass
class Compared:
    """How the real servers did.

    Attributes:
        conversations: states that were played again on Rasa's own server, and that ended in a ticket as well.
        messages: answers that were compared word for word.
        without_actions: conversations through the desk, while the action server was down, that ended in a ticket.
        differences: what was not the same, one line each.
    """

    conversations: int = 0
    messages: int = 0
    without_actions: int = 0
    differences: list[str] = field(default_factory=list)


@contextmanager
def real_servers(model: Path) -> Iterator[tuple[Desk, Server, Server]]:
    """Desk, action server and Rasa, started; Rasa takes some twenty seconds, so wait for it when it is needed."""
    with tempfile.TemporaryDirectory(prefix="guarantee-real-") as name:
        folder, port = Path(name), free_port()
        desk = Desk(folder, f"http://127.0.0.1:{port}", **_PATIENCE)
        actions = action_server(folder, desk)
        rasa = rasa_server(folder, model, actions, port)
        try:
            for server in (desk, actions, rasa):
                server.begin()
            yield desk, actions, rasa
        finally:
            for server in (rasa, actions, desk):
                server.stop()


def compare(
    players: Players,
    conversations: list[tuple[Step, ...]],
    servers: tuple[Desk, Server, Server],
    seed: int,
) -> Compared:
    """Play conversations again on the real servers, and ask for a human at the end: with and without an action server.

    Args:
        players: play them on the explored assistant.
        conversations: from which everything worked.
        servers: as `real_servers` gives them.
        seed: for the wordings.
    """
    desk, actions, rasa = servers
    for server in servers:
        server.wait()
    chance, compared = random.Random(seed), Compared()
    texts = [(*(step.text for step in steps), chance.choice(human_requests())) for steps in conversations]
    for count, (said, here) in enumerate(zip(texts, players.each(answers, texts), strict=True)):
        httpx.post(f"{actions.url}/lever", json={}, timeout=_SECONDS).raise_for_status()
        _compare_one(said, here, f"real-{count}", rasa, compared)
    tickets = desk.conversations_with_a_ticket()
    for count in range(len(texts)):
        if tickets.get(f"real-{count}") != 1:
            compared.differences.append(
                f"real-{count}: {tickets.get(f'real-{count}', 0)} tickets in the database"
            )
    actions.stop()
    for steps in conversations:
        _ask_at_the_desk(steps, chance.choice(human_requests()), desk, compared)
    return compared


def answers(world: World, texts: tuple[str, ...]) -> list[list[str]]:
    """What the explored assistant says to each message of a conversation."""
    state = world.replay(Step(text) for text in texts)
    return [list(turn.texts) for turn in state.turns]


def _compare_one(
    texts: tuple[str, ...], here: list[list[str]], sender: str, rasa: Server, compared: Compared
) -> None:
    """The words must be the same as those of the explored assistant, apart from numbers of tickets."""
    for count, (text, expected) in enumerate(zip(texts, here, strict=True)):
        body = {
            "sender": sender,
            "message": text,
            "metadata": {"message_id": f"{sender}-{count}", "channel": "web"},
        }
        answered = httpx.post(f"{rasa.url}/webhooks/rest/webhook", json=body, timeout=_SECONDS)
        there = [_ANY_NUMBER.sub("T", str(answer.get("text") or "")) for answer in answered.json()]
        compared.messages += 1
        if there != [_ANY_NUMBER.sub("T", said) for said in expected]:
            compared.differences.append(f"{texts}, {text!r}: {there}")
            return
    compared.conversations += 1


def _ask_at_the_desk(steps: tuple[Step, ...], request: str, desk: Desk, compared: Compared) -> None:
    """Through the web chat, as a customer does, while the action server is down: the safety net must work."""
    chat = httpx.Client(base_url=f"{desk.url}/api/webchat", timeout=_SECONDS)
    created = chat.post("/conversations").json()
    chat.headers["Authorization"] = f"Bearer {created['token']}"
    for count, text in enumerate([*(step.text for step in steps[:2]), request]):
        sent = chat.post("/messages", json={"client_id": f"{created['conversation']}-{count}", "text": text})
        sent.raise_for_status()
        _wait_for_an_answer(chat, sent.json()["id"])
        if chat.get("/messages").json()["ticket"]:
            # What needed an action already led to a ticket; from then on a person answers.
            break
    told = " ".join(message["text"] for message in chat.get("/messages").json()["messages"])
    number = TICKET_NUMBER.search(told)
    if number is None or desk.conversations_with_a_ticket().get(created["conversation"]) != 1:
        compared.differences.append(
            f"no ticket without the action server after {[step.text for step in steps[:2]]}"
        )
    else:
        compared.without_actions += 1


def _wait_for_an_answer(chat: httpx.Client, message: int) -> None:
    """Until something was said after a message. Raises `httpx.ReadTimeout` when nothing comes."""
    with chat.stream("GET", "/stream", params={"after": message}) as stream:
        for line in stream.iter_lines():
            if line.startswith("data:"):
                new = chat.get("/messages", params={"after": message}).json()["messages"]
                if any(each["sender"] != "customer" for each in new):
                    return
