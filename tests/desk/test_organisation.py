from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from organisation.loader import OrganisationError, load
from organisation.texts import say

HERE = Path(__file__).parent
FACTS = yaml.load((HERE / "organisation.yml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def written(tmp_path: Path, **changes: Any) -> Path:
    """The test's facts with changes; None takes a fact away."""
    facts = {name: value for name, value in {**FACTS, **changes}.items() if value is not None}
    path = tmp_path / "organisation.yml"
    path.write_text(yaml.safe_dump(facts, allow_unicode=True), encoding="utf-8")
    return path


def test_reads_the_projects_own_file() -> None:
    organisation = load(HERE.parents[1] / "organisation.yml")
    assert organisation.phone_link.startswith("+31")
    assert organisation.opening_hours.week


def test_a_shop_may_be_open_until_midnight(tmp_path: Path) -> None:
    organisation = load(written(tmp_path, opening_hours={"friday": ["09:00-24:00"]}))
    assert organisation.opening_hours.is_open(datetime(2026, 11, 27, 22, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"phone": None}, "telefoonnummer"),
        ({"phone": ""}, "telefoonnummer"),
        ({"email": None}, "e-mailadres"),
        ({"postal_address": None}, "postadres"),
        ({"phone": "0900 1234"}, "betaald nummer"),
        ({"phone": "+31 906 0501"}, "betaald nummer"),
        ({"phone": "0909-8844"}, "betaald nummer"),
        ({"phone": "bel ons"}, "geen telefoonnummer"),
        ({"phone": "123"}, "geen telefoonnummer"),
        ({"email": "service"}, "email"),
        ({"timezone": "Europe/Utrecht"}, "geen tijdzone"),
        ({"opening_hours": {"monday": ["17:00-09:00"]}}, "eindigt niet later"),
        ({"opening_hours": {"monday": ["09:00-13:00", "12:00-17:00"]}}, "overlappen"),
        ({"opening_hours": {"maandag": ["09:00-13:00"]}}, "maandag"),
        ({"exceptions": [{"date": "2026-02-30", "hours": []}]}, "geen datum"),
        ({"fax": "1"}, "fax"),
    ],
)
def test_refuses_facts_that_leave_a_customer_nowhere(
    tmp_path: Path, changes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(OrganisationError, match=reason) as caught:
        load(written(tmp_path, **changes))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"name: [", b"\xff\xfe", b"", b"just a sentence", b"- a list"])
def test_refuses_a_file_that_is_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "organisation.yml"
    path.write_bytes(content)
    with pytest.raises(OrganisationError):
        load(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(OrganisationError, match=r"nergens\.yml"):
        load(tmp_path / "nergens.yml")


def test_texts_are_plain_dutch_in_local_time() -> None:
    opening = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
    sentence = say("next_step/when_open", opening=opening)
    assert "maandag 30 november om 09.00 uur" in sentence
    assert say("taken_over", name="D'Artagnan & zn", number="T-100001").startswith(
        "U praat nu met D'Artagnan & zn,"
    )
