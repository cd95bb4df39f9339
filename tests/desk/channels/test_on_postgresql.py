"""Races and sending on a real PostgreSQL, where rows are locked and not the whole file."""

import os
import subprocess
import sys

from tests.support.postgresql import PostgreSQL, postgresql

from config.environment import ROOT

__all__ = ["postgresql"]


def test_channels_work_on_postgresql_too(postgresql: PostgreSQL) -> None:
    # This run's own settings would put the other run on this run's database file.
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("DESK_", "DJANGO_"))}
    here = "tests/desk/channels"
    modules = [
        f"{here}/{name}.py" for name in ("test_races", "test_sending", "test_attachments", "test_console")
    ]
    result = subprocess.run(
        [sys.executable, "-m", "pytest", *modules, "-q", "-p", "no:cacheprovider", "-k", "telegram or races"],
        cwd=ROOT,
        env={**clean, "DESK_TEST_DATABASE_URL": postgresql.new_database()},
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert result.returncode == 0, result.stdout[-3000:]
    assert " passed" in result.stdout
    assert "skipped" not in result.stdout
