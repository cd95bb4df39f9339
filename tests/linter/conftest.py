"""The clean project, and the mistakes that each change it a little."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TODAY = dt.date(2026, 11, 23)


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    """A copy of the clean project, to spoil."""
    return Path(shutil.copytree(HERE / "clean", tmp_path / "project"))


@pytest.fixture
def change(clean: Path) -> Callable[[dict[str, str]], None]:
    """Carry out one change of a mistake: replace a text, delete a file, or save it in another encoding."""

    def carry_out(change: dict[str, str]) -> None:
        path = clean / change["file"]
        if "delete" in change:
            path.unlink()
        elif "encoding" in change:
            path.write_bytes(path.read_text(encoding="utf-8").encode(change["encoding"]))
        else:
            text = path.read_text(encoding="utf-8")
            assert text.count(change["find"]) == 1, f"{change['find']!r} must stand in {change['file']} once"
            path.write_text(text.replace(change["find"], change["replace"]), encoding="utf-8")

    return carry_out


def line_of(project: Path, finding: dict[str, Any]) -> int:
    """The number of the line that reads `at`; `#2 …` means the second such line."""
    path, at = project / finding["file"], finding["at"]
    if not path.exists():
        return 1
    nth, at = (int(at[1]), at[3:]) if at.startswith("#") else (None, at)
    lines = path.read_bytes().decode("utf-8", errors="replace").splitlines()
    wanted = at.encode("latin-1", errors="replace").decode("utf-8", errors="replace")
    numbers = [number for number, line in enumerate(lines, 1) if line.strip() in (at.strip(), wanted.strip())]
    assert nth or len(numbers) == 1, f"{at!r} stands on {len(numbers)} lines"
    return numbers[(nth or 1) - 1]
