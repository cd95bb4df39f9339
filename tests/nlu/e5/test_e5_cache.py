from __future__ import annotations

import logging
from pathlib import Path

import pytest

from nlu.e5 import cache


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NLU_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def unexpected() -> bytes:
    raise AssertionError("built although it was kept")


def test_what_is_built_is_kept(place: Path) -> None:
    assert cache.read_or_build("thing", lambda: b"content") == b"content"
    assert cache.read_or_build("thing", unexpected) == b"content"
    assert [path.name for path in place.iterdir()] == ["thing"]


@pytest.mark.parametrize("damage", [b"", b"short", b"\0" * 32 + b"content"])
def test_a_damaged_file_is_built_again(place: Path, damage: bytes) -> None:
    cache.read_or_build("thing", lambda: b"content")
    (place / "thing").write_bytes(damage)
    assert cache.read_or_build("thing", lambda: b"content") == b"content"
    assert cache.read_or_build("thing", unexpected) == b"content"


def test_damage_is_logged(place: Path, caplog: pytest.LogCaptureFixture) -> None:
    cache.read_or_build("thing", lambda: b"content")
    (place / "thing").write_bytes(b"nonsense")
    with caplog.at_level(logging.WARNING):
        cache.read_or_build("thing", lambda: b"content")
    assert "is damaged" in caplog.text


def test_a_directory_that_cannot_be_made_is_only_a_warning(
    place: Path, caplog: pytest.LogCaptureFixture
) -> None:
    place.write_text("a file where the directory should be")
    assert cache.read_or_build("thing", lambda: b"content") == b"content"
    cache.write_json("value.json", 1)
    assert cache.read_json("value.json") is None
    assert "Cannot write" in caplog.text


def test_a_name_that_is_taken_by_a_directory_leaves_nothing_behind(
    place: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (place / "thing").mkdir(parents=True)
    assert cache.read_or_build("thing", lambda: b"content") == b"content"
    assert "Cannot read" in caplog.text
    assert "Cannot write" in caplog.text
    assert [path.name for path in place.iterdir()] == ["thing"]


def test_json_comes_back_and_nonsense_counts_as_nothing(place: Path) -> None:
    assert cache.read_json("value.json") is None
    cache.write_json("value.json", ["a", 1])
    assert cache.read_json("value.json") == ["a", 1]
    (place / "value.json").write_bytes(b"\xff{")
    assert cache.read_json("value.json") is None


def test_without_a_setting_the_cache_lies_in_var(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NLU_CACHE_DIR")
    project = Path(__file__).resolve().parents[3]
    assert cache.directory() == project / "var" / "cache" / "nlu"
