"""Several of everything, by settings alone: conversations go on whichever process serves them, and whatever is renewed."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.scaled.conftest import ModelStore, Scaled
from tests.support.product import ROOT, Customer

pytestmark = pytest.mark.servers
PATIENCE_SECONDS = 60
# Under the limit of 60 messages a minute.
THINK_SECONDS = 1.1
# Questions that need no earlier answer, so that each of them is a turn of its own; no answer comes twice running.
QUESTIONS = ("tot hoe laat zijn jullie open?", "hoe kan ik betalen?", "wat kost verzenden?")


class Talker(threading.Thread):
    """A customer who goes on asking until told to stop.

    Attributes:
        turns: how many questions were asked.
        answers: who answered each of them, with the text.
        failure: what ended the conversation too early; empty when nothing did.
    """

    def __init__(self, desk: str) -> None:
        super().__init__(daemon=True)
        self._customer = Customer(desk)
        self._end = threading.Event()
        self.turns = 0
        self.answers: list[dict[str, Any]] = []
        self.failure = ""

    def run(self) -> None:
        """Ask, wait for the answer, think."""
        try:
            while not self._end.is_set():
                answer = self._customer.says(QUESTIONS[self.turns % len(QUESTIONS)])
                self.turns += 1
                self.answers.append(answer[0])
                if answer[0]["sender"] != "assistant":
                    return  # from here on a person is waited for
                self._end.wait(THINK_SECONDS)
        except Exception as error:
            self.failure = repr(error)

    def finish(self) -> None:
        """Let it finish its question, and stop."""
        self._end.set()
        self.join(PATIENCE_SECONDS)
        assert not self.is_alive()


@contextmanager
def talking(scaled: Scaled) -> Iterator[list[Talker]]:
    """Customers at both desks, all of whom were answered before, while and after what happens here."""
    talkers = [Talker(desk) for desk in scaled.desks]
    for talker in talkers:
        talker.start()
    try:
        yield talkers
        after = [talker.turns for talker in talkers]
        pause = threading.Event()
        for _ in range(PATIENCE_SECONDS * 10):
            if all(
                not talker.is_alive() or talker.turns > before + 1
                for talker, before in zip(talkers, after, strict=True)
            ):
                break
            pause.wait(0.1)  # what a thread has done gives no event here
    finally:
        for talker in talkers:
            talker.finish()


def lost_turns(talkers: list[Talker]) -> list[Any]:
    """What was not answered by the assistant."""
    failures: list[Any] = [talker.failure for talker in talkers if talker.failure]
    answers = [answer for talker in talkers for answer in talker.answers]
    assert all(talker.turns == len(talker.answers) for talker in talkers)
    return failures + [answer for answer in answers if answer["sender"] != "assistant"]


def rows(address: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(address) as connection:
        return connection.execute(query).fetchall()


def test_a_conversation_goes_on_at_whichever_process(scaled: Scaled) -> None:
    customer = Customer(scaled.desks[0])
    assert "bestelnummer" in customer.says("waar blijft mijn bestelling?")[0]["text"]
    # The order number may come to either Rasa server; what the other one asked is in the shared tracker store.
    assert "postcode" in customer.says("400123456")[0]["text"]
    assert "koffiezetapparaat" in customer.says("3511 ab")[0]["text"]
    (events,) = rows(scaled.tracker_database, "SELECT count(*) FROM events WHERE type_name = 'user'")[0]
    assert events >= 3
    assert not list(scaled.product.folder.glob("*.db")) + list(scaled.product.folder.glob("*.sqlite3"))


def test_the_desk_gets_a_record_of_every_turn_and_no_words(scaled: Scaled) -> None:
    customer = Customer(scaled.desks[1])
    customer.says("wat kost verzenden?")
    customer.says("hoe kan ik betalen?")
    query = f"""
        SELECT r.intent, r.understood, r.model <> '', r.seconds >= 0 FROM turnlog_turnrecord r
        JOIN conversations_message m ON m.id = r.message_id JOIN conversations_conversation c ON c.id = m.conversation_id
        WHERE c.external_id = '{customer.conversation}' ORDER BY r.message_id"""
    pause = threading.Event()
    for _ in range(PATIENCE_SECONDS * 10):
        if len(found := rows(scaled.database, query)) == 2:
            break
        pause.wait(0.1)  # the worker reads them when it looks next
    assert [row[1:] for row in found] == [(True, True, True)] * 2
    assert len({row[0] for row in found}) == 2
    columns = rows(
        scaled.database,
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'turnlog_turnrecord'",
    )
    assert not {"text", "entities"} & {name for (name,) in columns}


def test_a_killed_server_costs_no_turn(scaled: Scaled) -> None:
    with talking(scaled) as talkers:
        os.killpg(scaled.product.pid("assistant"), signal.SIGKILL)
    assert not lost_turns(talkers)


def test_without_rabbitmq_customers_are_answered(scaled: Scaled) -> None:
    scaled.rabbitmq.kill()
    try:
        assert Customer(scaled.desks[0]).says("hoe kan ik betalen?")[0]["sender"] == "assistant"
    finally:
        scaled.rabbitmq.start()


def roll(scaled: Scaled, store: ModelStore, patience: int = 240) -> subprocess.CompletedProcess[str]:
    """The command of the documents."""
    return subprocess.run(
        [str(ROOT / ".venv/assistant/bin/python"), "scripts/roll_model.py", "--patience", str(patience)],
        env=scaled.product.environment | store.settings,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )


def test_another_model_while_customers_talk_loses_no_turn(
    scaled: Scaled, model_store: ModelStore, tmp_path: Path
) -> None:
    model_store.publish(model_store.under_another_name("ander-model.tar.gz", tmp_path))
    with talking(scaled) as talkers:
        result = roll(scaled, model_store)
    assert result.returncode == 0, result.stderr
    assert result.stdout.count("antwoordt met ander-model.tar.gz") == 2
    assert sum(talker.turns for talker in talkers) > 10
    assert not lost_turns(talkers)


def test_a_model_that_does_not_load_stops_at_the_first_server(
    scaled: Scaled, model_store: ModelStore, tmp_path: Path
) -> None:
    broken = tmp_path / "kapot-model.tar.gz"
    broken.write_bytes(b"geen model")
    model_store.publish(broken)
    with talking(scaled) as talkers:
        result = roll(scaled, model_store)
    assert result.returncode == 1
    assert "de andere houden hun model" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    # The server without a model says nothing until it is stopped: whoever got there has a ticket, and a person.
    assert all("T-" in answer["text"] for answer in lost_turns(talkers))
