"""Every conversation of `tests/conversations/`, with its custom actions executed: a real action server, a real desk.

Rasa's own test stories (`make test-stories`) never run a custom action; here a story that the real actions contradict fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from rasa.utils.endpoints import EndpointConfig

from guarantee.assistant import Assistant, Turn
from guarantee.servers import Desk, Server, action_server, free_port
from tests.assistant.conversation_files import ExpectedTurn, Story, stories

STORIES = list(stories())
# Moments that are offered today; in the files stands the day on which they were written.
_MOMENT = re.compile(r'"(callback_slot|visit_day)": "([^"]+)"')
_TICKET = re.compile(r"T-\d{6}")
_PROOFS = {"postcode": "1234 AB", "phone": "+31612345678"}


@dataclass
class Stage:
    """What the conversations are played on."""

    assistant: Assistant
    desk: Desk
    actions: Server
    ticket_elsewhere: str

    @property
    def working(self) -> EndpointConfig:
        return EndpointConfig(f"{self.actions.url}/webhook")

    @property
    def down(self) -> EndpointConfig:
        return EndpointConfig(f"http://127.0.0.1:{free_port()}/webhook")

    def begin_the_day(self) -> None:
        """What an earlier conversation changed in the back office is undone."""
        httpx.post(f"{self.actions.url}/lever", json={}, timeout=30).raise_for_status()


@pytest.fixture(scope="module")
def stage(assistant: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("desk")
    desk = Desk(folder)
    actions = action_server(folder, desk)
    try:
        desk.start()
        actions.start()
        yield Stage(assistant, desk, actions, _open_ticket(desk))
        assert "Traceback" not in actions.log.read_text()
    finally:
        actions.stop()
        desk.stop()


def _open_ticket(desk: Desk) -> str:
    body = {"conversation": "another", "reason": "requested", "entities": _PROOFS}
    headers = {"Authorization": f"Bearer {desk.address.token}", "Idempotency-Key": "another"}
    opened = httpx.post(f"{desk.url}/api/tickets", json=body, headers=headers, timeout=30)
    assert opened.status_code == 201, opened.text
    return opened.json()["number"]


class Today:
    """Puts today's moments and the ticket that exists in the place of those in the file."""

    def __init__(self, ticket: str) -> None:
        self._ticket = ticket
        self._moments: dict[str, str] = {}
        self.offered: tuple[str, ...] = ()

    def text(self, text: str) -> str:
        found = _MOMENT.search(text)
        if found and found[2] not in self._moments:
            others = [_MOMENT.search(payload) for payload in self.offered]
            free = [each[2] for each in others if each and each[1] == found[1]]
            chosen = [value for value in dict.fromkeys(free) if value not in self._moments.values()]
            assert chosen, f"no {found[1]} was offered"
            self._moments[found[2]] = chosen[0]
        for written, offered in self._moments.items():
            text = text.replace(written, offered)
        return _TICKET.sub(self._ticket, text)

    def value(self, value: Any) -> Any:
        return self._moments.get(value, value) if isinstance(value, str) else value


@pytest.mark.parametrize("story", STORIES, ids=[story.name for story in STORIES])
def test_the_conversation_goes_as_written_with_its_actions_executed(story: Story, stage: Stage):
    stage.begin_the_day()
    today, tracker = Today(stage.ticket_elsewhere), stage.assistant.begin(story.name[:200])
    for count, expected in enumerate(story.turns):
        endpoint = stage.down if expected.assistant_fails else stage.working
        text = today.text(expected.text)
        tracker, turn = stage.assistant.says(tracker, text, f"{story.name[:100]} {count}", endpoint)
        today.offered += turn.payloads
        _check(expected, turn, tracker, today)


def _check(expected: ExpectedTurn, turn: Turn, tracker: Any, today: Today) -> None:
    assert turn.intent == expected.intent
    # After a new ticket the assistant offers to add to it; a conversation may stop before that.
    questions = ["contact_form"] if ("contact_questions" in dict(turn.slots_set)) else []
    assert list(turn.actions) in (expected.actions, expected.actions + questions)
    asks_for_the_ticket = list(turn.actions) != expected.actions
    for name, value in expected.slots:
        if not (asks_for_the_ticket and name == "requested_slot"):
            assert (name, today.value(value)) in [*turn.slots_set, (name, tracker.get_slot(name))]
    if expected.loop and not asks_for_the_ticket:
        assert tracker.active_loop_name == expected.loop[0]
    assert any(turn.texts), "the assistant says nothing"
    assert ("assistant_unavailable" in turn.signals) <= expected.assistant_fails
