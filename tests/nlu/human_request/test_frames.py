"""The tables that designers edit: every frame does what it says, and a mistake is named."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest
import yaml

import nlu.human_request
from nlu.human_request.detector import HumanRequestFinder
from nlu.human_request.frames import FRAMES_FILE, WORDS_FILE, Frame, load

TABLE = load()


@pytest.mark.parametrize(
    ("frame", "example"),
    [(frame, example) for frame in TABLE.frames for example in frame.examples],
    ids=lambda value: value.name if isinstance(value, Frame) else value,
)
def test_a_frame_recognises_its_own_examples(frame: Frame, example: str) -> None:
    alone = HumanRequestFinder(dataclasses.replace(TABLE, frames=(frame,)))
    request = alone.find(example)
    assert request is not None
    assert request.frame == frame.name


# Groups that the code names itself, or whose words only need to be known.
_USED_BY_THE_CODE = {"VUL", "NIET", "VRAAGWOORD", "ZEGGEN", "BEKEND"}


def test_no_group_of_words_is_left_unused() -> None:
    groups = yaml.safe_load(WORDS_FILE.read_text(encoding="utf-8"))["woorden"]
    used = set(re.findall(r"\b[A-Z_]{2,}\b", FRAMES_FILE.read_text(encoding="utf-8")))
    used |= {name for entry in groups.values() if isinstance(entry, list) for name in entry}
    assert set(groups) - used <= _USED_BY_THE_CODE


def test_every_frame_has_a_name_of_its_own_and_an_example() -> None:
    names = [frame.name for frame in TABLE.frames]
    assert len(names) == len(set(names))
    assert all(frame.examples for frame in TABLE.frames)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("- WIL ... ALLEN ... PRATEN", "- WIL ... IEDEREEN", "IEDEREEN"),
        ("kaders:", "kader:", "kaders"),
        ("zinsdelen:", "zinsdelen: [", "not valid"),
        ("    niet_bij: BEZORGER", "    niet_bij: BEZORGERS", "BEZORGERS"),
    ],
)
def test_a_mistake_in_the_frames_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    wrong = tmp_path / "frames.yml"
    wrong.write_text(FRAMES_FILE.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        load(frames=wrong)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("sleutelwoorden: [\n  MENS,", "sleutelwoorden: [\n  MENSEN,", "MENSEN"),
        ("PERSOON: [MENS,", "PERSOON: [MENSCH,", "MENSCH"),
        ("  PLAATS: >-\n", "  PLAATS: 5\n  X: >-\n", "PLAATS|int"),
    ],
)
def test_a_mistake_in_the_words_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    wrong = tmp_path / "words.yml"
    content = WORDS_FILE.read_text(encoding="utf-8")
    assert old in content
    wrong.write_text(content.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        load(words=wrong)


def test_more_words_than_there_are_symbols_are_refused(tmp_path: Path) -> None:
    many = tmp_path / "words.yml"
    added = ", ".join(f"woord{number}" for number in range(7_000))
    many.write_text(
        WORDS_FILE.read_text(encoding="utf-8").replace("woorden:\n", f"woorden:\n  VEEL: {added}\n"),
        encoding="utf-8",
    )
    with pytest.raises(ValueError, match="more than"):
        load(words=many)


def test_the_package_has_nothing_else_to_offer() -> None:
    with pytest.raises(AttributeError, match="nothing_here"):
        _ = nlu.human_request.nothing_here
