"""The desk's tests on a PostgreSQL of their own: `python -m tests.support.desk_on_postgresql [pytest arguments]`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.support.postgresql import PostgreSQL
from tests.support.product import ROOT
from tests.support.unavailable import UnavailableError


def main(arguments: list[str]) -> int:
    """Run them (by default all of `tests/desk`); pytest's exit status, or 1 where PostgreSQL is not installed."""
    folder = Path(tempfile.mkdtemp(prefix="desk-postgresql-"))
    try:
        server = PostgreSQL(folder)
    except UnavailableError as lacking:
        print(lacking, file=sys.stderr)
        return 1
    try:
        return subprocess.run(
            [sys.executable, "-m", "pytest", *(arguments or ["tests/desk", "-q"])],
            cwd=ROOT,
            env={**os.environ, "DESK_TEST_DATABASE_URL": server.new_database()},
        ).returncode
    finally:
        server.stop()
        shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
