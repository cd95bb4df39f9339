"""The linter finds every mistake of `mistakes/` at its line, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from linter.__main__ import check
from linter.findings import catalogue
from tests.linter.conftest import HERE, ROOT, TODAY, line_of

MISTAKES = sorted((HERE / "mistakes").rglob("*.yml"))


def _read(path: Path) -> dict:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda path: path.stem)
def test_the_linter_finds_exactly_this_mistake(clean, change, mistake):
    seeded = _read(mistake)
    for step in seeded["changes"]:
        change(step)

    findings = check(clean, TODAY)

    found = [(finding.file, finding.line, finding.code) for finding in findings]
    expected = [(one["file"], line_of(clean, one), one["code"]) for one in seeded["findings"]]
    assert sorted(found) == sorted(expected)
    assert not any("$" in finding.message for finding in findings), "an explanation misses a detail"


def test_nothing_is_found_in_the_clean_project(clean):
    assert check(clean, TODAY) == []


def test_nothing_is_found_in_this_project():
    assert [str(finding) for finding in check(ROOT, TODAY)] == []


def test_every_kind_of_finding_has_a_seeded_mistake():
    seeded = {finding["code"] for mistake in MISTAKES for finding in _read(mistake)["findings"]}
    assert seeded == catalogue()["errors"].keys() | catalogue()["warnings"].keys()


def test_the_guide_for_designers_names_only_findings_that_exist():
    guide = (ROOT / "docs" / "voor-designers.md").read_text(encoding="utf-8")
    table = guide[guide.index("## Veelgemaakte fouten") :]
    named = {
        code
        for row in table.splitlines()
        if row.startswith("| `")
        for code in re.findall(r"`([a-z0-9-]+)`", row.split("|")[1])
    }
    assert len(named) > 10
    assert named <= catalogue()["errors"].keys() | catalogue()["warnings"].keys()


def test_the_form_of_the_guide_for_designers_ends():
    """Built by the guide alone, it has all that `linter.checks.forms` asks for."""
    guide = (ROOT / "docs" / "voor-designers.md").read_text(encoding="utf-8")
    section = guide.split("## Een formulier maken")[1].split("\n## ")[0]
    blocks = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.+?)```", section, re.DOTALL)]
    parts: dict[str, list] = {"responses": [], "actions": [], "forms": []}
    for block in blocks:
        for part in parts.keys() & (block.keys() if isinstance(block, dict) else set()):
            parts[part] += [block[part]]
    domain = _read(ROOT / "domain.yml")
    responses = {*domain["responses"]}.union(*parts["responses"])
    (forms,), (actions,) = parts["forms"], parts["actions"]
    for name, form in forms.items():
        assert f"validate_{name}" in actions
        for slot in form["required_slots"]:
            assert {f"utter_ask_{slot}", f"utter_{slot}_not_recognised"} <= responses
