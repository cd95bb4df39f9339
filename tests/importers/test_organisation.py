"""The organisation's facts: read once, checked, worded for customers, and in the model as fixed slots."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from importers.organisation import OrganisationError, load_organisation, opening_hours_in_words

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def facts() -> dict:
    return yaml.load((ROOT / "organisation.yml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def write(path: Path, facts: dict) -> Path:
    path.write_text(yaml.safe_dump(facts, allow_unicode=True), encoding="utf-8")
    return path


def test_the_projects_own_file_is_valid():
    assert load_organisation(ROOT / "organisation.yml")["phone"] == "085 000 12 34"


@pytest.mark.parametrize("missing", ["phone", "email", "postal_address", "opening_hours"])
def test_a_file_without_a_way_to_reach_a_person_is_refused(tmp_path, facts, missing):
    del facts[missing]
    with pytest.raises(OrganisationError, match=missing):
        load_organisation(write(tmp_path / "organisation.yml", facts))


def test_broken_yaml_is_named_with_its_line(tmp_path):
    path = tmp_path / "organisation.yml"
    path.write_text("name: x\nphone: [", encoding="utf-8")
    with pytest.raises(OrganisationError, match="regel"):
        load_organisation(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(OrganisationError, match=r"weg\.yml"):
        load_organisation(tmp_path / "weg.yml")


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (
            {"monday": ["09:00-17:30"], "tuesday": ["09:00-17:30"], "wednesday": ["09:00-17:30"]},
            "maandag t/m woensdag 09.00-17.30 uur, donderdag t/m zondag gesloten",
        ),
        (
            {"saturday": ["10:00-12:00", "13:00-16:00"]},
            "maandag t/m vrijdag gesloten, zaterdag 10.00-12.00 en 13.00-16.00 uur, zondag gesloten",
        ),
        (
            {day: ["08:00-20:00"] for day in ("saturday", "sunday")},
            "maandag t/m vrijdag gesloten, zaterdag en zondag 08.00-20.00 uur",
        ),
    ],
)
def test_opening_hours_are_worded_by_equal_days(hours, words):
    assert opening_hours_in_words(hours) == words


def test_the_facts_are_slots_that_no_customer_can_change(monkeypatch):
    from importers.organisation_facts import OrganisationFacts

    domain = OrganisationFacts(domain_path=str(ROOT / "domain.yml")).get_domain()
    slots = {slot.name: slot for slot in domain.slots}
    assert slots["organisation_phone"].initial_value == "085 000 12 34"
    assert slots["organisation_phone"].mappings == [{"type": "custom"}]
    assert slots["order_number"].initial_value is None
