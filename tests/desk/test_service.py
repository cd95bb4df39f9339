"""`desk.yml`: what the organisation chooses is checked before anything starts."""

from pathlib import Path

import pytest

from config.environment import ROOT
from organisation.loader import OrganisationError
from organisation.service import Service, load


def write(folder: Path, text: str) -> Path:
    path = folder / "desk.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_file_of_the_project_shows_every_setting_with_its_default() -> None:
    text = (ROOT / "desk.yml").read_text(encoding="utf-8")
    assert load(ROOT / "desk.yml") == Service()
    assert all(f"\n{name}: " in text for name in Service.__dataclass_fields__)


def test_what_is_left_out_keeps_its_default(tmp_path: Path) -> None:
    assert load(tmp_path / "desk.yml") == Service()
    assert load(write(tmp_path, "# niets\n")) == Service()
    assert load(write(tmp_path, "reopen_days: 3")).reopen_days == 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("reopen_days: [", "geldige YAML op regel"),
        ("- reopen_days", "bevat geen instellingen"),
        ("heropen_dagen: 7", "'heropen_dagen' is geen instelling"),
        ("reopen_days: zeven", "desk.yml, reopen_days: vul een heel getal in van 0 tot 90, niet 'zeven'"),
        ("reopen_days: true", "vul een heel getal in"),
        ("reopen_days: 7.5", "vul een heel getal in"),
        ("reopen_days: 91", "van 0 tot 90"),
    ],
)
def test_a_mistake_is_said_in_one_dutch_sentence(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(OrganisationError, match=words.replace("[", r"\[")) as raised:
        load(write(tmp_path, text))
    assert len(str(raised.value).splitlines()) == 1
