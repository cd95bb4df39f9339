"""`make loadtest` in a few seconds: real customers of locust at a real desk; what goes wrong is counted as such."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from loadtest.measure import Measurement, MeasurementError, measure, summary
from tests.desk.fake_rasa import FakeRasa, Reply
from tests.support.desk_server import DeskServer

pytestmark = pytest.mark.servers


def measured(who: str, address: str, customers: int) -> Measurement:
    """A measurement with turns in it: as short as this machine allows now."""
    for seconds in (4, 12, 36, 108):
        found = measure(who, address, customers, think=0, seconds=seconds)
        if found.turns:
            break
    return found


@pytest.fixture(scope="module")
def assistant() -> Iterator[FakeRasa]:
    server = FakeRasa()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, assistant: FakeRasa) -> Iterator[DeskServer]:
    server = DeskServer(tmp_path_factory.mktemp("desk"), assistant.url, RASA_TIMEOUT_SECONDS="30")
    server.start()
    yield server
    server.stop()


def test_customers_are_answered_on_their_streams(desk: DeskServer, assistant: FakeRasa) -> None:
    found = measured("Visitor", desk.url, 3)
    assert found.turns > 0
    assert not found.failures
    assert found.per_second > 0
    values = [found.milliseconds[name] for name in ("p50", "p95", "p99")]
    assert values == sorted(values, key=lambda value: value or 0)
    # Every turn went through the whole desk.
    assert len(assistant.messages) >= found.turns
    assert any(text.endswith("waar blijft mijn bestelling?") for text in assistant.messages)
    assert "400123456" in assistant.messages


def test_rasa_itself_is_asked_in_the_same_way(assistant: FakeRasa) -> None:
    found = measured("Asker", assistant.url, 2)
    assert found.turns > 0
    assert not found.failures


def test_who_gets_a_ticket_instead_of_an_answer_counts_as_a_failure(
    desk: DeskServer, assistant: FakeRasa
) -> None:
    before, assistant.reply = assistant.reply, lambda body: Reply([], status=500)
    try:
        found = measured("Visitor", desk.url, 1)
    finally:
        assistant.reply = before
    assert set(found.failures) == {"ticket"}
    assert found.per_second == 0
    assert found.milliseconds["p50"] is None


def test_a_load_generator_that_does_not_run_is_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "locust"
    program.write_text("#!/bin/sh\necho kapot >&2\nexit 3\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr("loadtest.measure.LOCUST", program)
    with pytest.raises(MeasurementError, match="kapot"):
        measure("Visitor", "http://127.0.0.1:1", customers=1, think=0, seconds=1)


def test_the_figures_of_a_case_worked_out_by_hand() -> None:
    # Begun at 100.0; what ends before 105.0 is warm-up. Then ten answers of 10 to 100 ms in ten seconds, and one failure.
    rows = [(100.5, 0.5, "answered")]
    rows += [(105.0 + number, number / 100, "answered") for number in range(1, 11)]
    rows += [(110.0, 0.2, "ticket")]
    found = summary(rows, customers=2, think=1.0, seconds=20)
    assert (found.turns, found.failures, found.per_second) == (11, {"ticket": 1}, 1.0)
    assert found.milliseconds == {"p50": 50.0, "p95": 100.0, "p99": 100.0}
    assert summary([], 1, 0, 10).milliseconds == {"p50": None, "p95": None, "p99": None}
