"""Settings and secrets of an installation reach every command, and the environment goes before them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import installation  # noqa: E402 - scripts/ is no package


def completed(folder: Path, **environment: str) -> dict[str, str]:
    found = {"DESK_VAR": str(folder), **environment}
    installation.complete(found)
    return found


def test_what_is_missing_or_empty_comes_from_the_files(tmp_path):
    (tmp_path / "settings.env").write_text("DESK_SMTP_HOST=mail.example\nDESK_PORT=81\n", encoding="utf-8")
    (tmp_path / "secrets.env").write_text("RASA_TOKEN=gemaakt\nDESK_PORT=82\n", encoding="utf-8")
    found = completed(tmp_path, DESK_SMTP_HOST="")
    assert (found["DESK_SMTP_HOST"], found["DESK_PORT"], found["RASA_TOKEN"]) == (
        "mail.example",
        "81",
        "gemaakt",
    )


def test_the_environment_goes_before_the_files(tmp_path):
    (tmp_path / "settings.env").write_text("DESK_PORT=81\n", encoding="utf-8")
    assert completed(tmp_path, DESK_PORT="80")["DESK_PORT"] == "80"


def test_without_files_nothing_changes(tmp_path):
    assert completed(tmp_path) == {"DESK_VAR": str(tmp_path)}


def test_quotes_comments_and_export_are_as_in_a_shell(tmp_path):
    lines = [
        "# uitleg",
        "",
        "export A='een # twee'",
        'B="drie=vier"  # uitleg',
        "C=a#b  # uitleg",
        "D='",
        "E=",
        "F= # leeg",
    ]
    (tmp_path / "settings.env").write_text("\n".join(lines), encoding="utf-8")
    found = installation.read(tmp_path / "settings.env")
    assert found == {"A": "een # twee", "B": "drie=vier", "C": "a#b", "D": "'", "E": "", "F": ""}


@pytest.mark.parametrize("line", ["DESK_SMTP_PASSWORD geheim", "a b=geheim", "=geheim", "A= geheim"])
def test_a_line_that_is_no_setting_is_named_and_not_repeated(tmp_path, line):
    (tmp_path / "settings.env").write_text(f"A=1\n{line}\n", encoding="utf-8")
    with pytest.raises(installation.InstallationError, match=r"settings\.env, regel 2") as raised:
        completed(tmp_path)
    assert "geheim" not in str(raised.value)


def test_the_folder_cannot_be_moved_from_within(tmp_path):
    (tmp_path / "settings.env").write_text("DESK_VAR=/elders\n", encoding="utf-8")
    with pytest.raises(installation.InstallationError, match="DESK_VAR"):
        completed(tmp_path)


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / "secrets.env").mkdir()
    with pytest.raises(installation.InstallationError, match=r"secrets\.env kan niet worden gelezen"):
        completed(tmp_path)
