"""The explored assistant with a real desk, once for all tests; each planted defect is taken away again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from guarantee.servers import ROOT, Desk, silent_server
from guarantee.world import World


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    desk = Desk(Path(tmp_path_factory.mktemp("desk")))
    try:
        desk.start()
        yield desk
    finally:
        desk.stop()


@pytest.fixture(scope="session")
def world(desk: Desk) -> Iterator[World]:
    models = sorted((ROOT / "models").glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
    if not models:
        pytest.fail("there is no trained model: run `make train`")
    with silent_server() as silent_url:
        yield World.load(models[-1], desk.address, silent_url)
