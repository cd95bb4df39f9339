"""The documents name what there is."""

import re

from config.environment import ROOT


def test_the_architecture_names_every_app() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = page.split("The apps of the desk:")[1].split("\n## ")[0]
    rows = re.findall(r"^\|[^|]+\|([^|]+)\|$", table, re.MULTILINE)
    named = {word for row in rows[1:] for word in re.findall(r"\w+", re.sub(r"\([^)]*\)", "", row))}
    apps = {path.parent.name for path in (ROOT / "desk").glob("*/__init__.py")}
    assert named == apps


def test_every_library_that_is_asked_for_has_a_reason() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").lower()
    asked = {
        re.split(r"[\[=<>~; ]", line)[0]
        for path in (ROOT / "requirements").glob("*.in")
        for line in path.read_text(encoding="utf-8").lower().splitlines()
        if line and not line.startswith(("#", "-"))
    }
    assert not sorted(name for name in asked if f"`{name}`" not in page and not name.startswith("types-"))
