"""Who acts in the same instant as another: on PostgreSQL, where only rows are locked, and on SQLite."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.desk.processes import Installation
from tests.support.postgresql import PostgreSQL, postgresql
from tests.support.product import ROOT

__all__ = ["postgresql"]
pytestmark = pytest.mark.servers

_PROGRAM = """
import sys
sys.path.insert(0, {root!r})
from tests.support import races
print(races.{race}())
"""
# The last one is about an outcome that both orders allow.
RACES = [
    "take_one_ticket",
    "ask_for_a_human",
    "answer_and_close",
    "send_one_message_twice",
    "take_a_turn",
    "merge_crosswise",
]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def installation(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    settings = {}
    if request.param == "postgresql":
        server: PostgreSQL = request.getfixturevalue("postgresql")
        settings["DESK_DATABASE_URL"] = server.new_database()
    installation = Installation(tmp_path_factory.mktemp("desk"), "http://127.0.0.1:9", **settings)
    yield installation
    installation.stop()


@pytest.mark.parametrize("race", RACES)
def test_of_those_who_act_at_once_one_comes_first(installation: Installation, race: str) -> None:
    lost = int(installation.run(_PROGRAM.format(root=str(ROOT), race=race)))
    assert lost > 0, "nobody was ever too late: nothing was tested"


def test_a_message_during_the_closing_is_answered_by_somebody(installation: Installation) -> None:
    assert (
        installation.run(_PROGRAM.format(root=str(ROOT), race="write_while_it_is_closed")).strip().isdigit()
    )
