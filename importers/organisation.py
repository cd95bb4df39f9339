"""Reads `organisation.yml` for the assistant and words its facts for customers.

The desk has its own reader: the two parts share the file and its schema, not code (docs/architecture.md).
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import yaml

ROOT = Path(__file__).resolve().parent.parent
# The facts that an answer can name, each as the slot `organisation_<fact>`; and the opening hours in words.
FACTS = ("name", "assistant_name", "phone", "email", "postal_address", "website", "privacy_page")
FACT_SLOTS = (*(f"organisation_{name}" for name in FACTS), "organisation_opening_hours")
DAYS = {
    "monday": "maandag",
    "tuesday": "dinsdag",
    "wednesday": "woensdag",
    "thursday": "donderdag",
    "friday": "vrijdag",
    "saturday": "zaterdag",
    "sunday": "zondag",
}


class OrganisationError(ValueError):
    """`organisation.yml` is missing, is not YAML or breaks its schema. The message is one sentence."""


def organisation_file() -> Path:
    """The path of the organisation's facts: `ORGANISATION_FILE`, or `organisation.yml` in the project."""
    return Path(os.environ.get("ORGANISATION_FILE") or ROOT / "organisation.yml")


def load_organisation(path: Path | None = None) -> dict[str, Any]:
    """Read and check the organisation's facts.

    Args:
        path: the YAML file; by default `organisation_file()`.

    Returns:
        The mapping of the file, as its schema describes it.

    Raises:
        OrganisationError: the file cannot be read, is not YAML, or lacks a fact that customers must get.
    """
    path = path or organisation_file()
    try:
        # BaseLoader keeps every value a string, so a date or a time is not silently turned into something else.
        facts = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - builds strings only
    except OSError as error:
        raise OrganisationError(f"{path.name} kan niet worden gelezen: {error.strerror}.") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" op regel {mark.line + 1}" if mark else ""
        raise OrganisationError(f"{path.name} is geen geldige YAML{where}.") from error
    breach = jsonschema.exceptions.best_match(breaches(facts))
    if breach is not None:
        place = ".".join(str(part) for part in breach.absolute_path) or "bovenaan"
        raise OrganisationError(f"{path.name}, {place}: {breach.message}")
    return facts


def breaches(facts: Any) -> list[jsonschema.ValidationError]:
    """What the schema refuses.

    Args:
        facts: the content of the file with every value as text; a true or false in it becomes a boolean.
    """
    schema = json.loads((ROOT / "organisation.schema.json").read_text(encoding="utf-8"))
    if isinstance(facts, dict) and "closed_on_public_holidays" in facts:
        facts["closed_on_public_holidays"] = facts["closed_on_public_holidays"].lower() == "true"
    return list(jsonschema.Draft202012Validator(schema).iter_errors(facts))


def opening_hours_in_words(hours: dict[str, list[str]]) -> str:
    """Word the opening hours, taking days with the same hours together.

    Args:
        hours: per English day name a list of `HH:MM-HH:MM`; a day that is missing is closed.

    Returns:
        For example `maandag t/m woensdag 09.00-17.30 uur, donderdag 09.00-21.00 uur, zondag gesloten`.
    """
    groups: list[tuple[list[str], list[str]]] = []
    for day in DAYS:
        today = hours.get(day, [])
        if groups and groups[-1][1] == today:
            groups[-1][0].append(DAYS[day])
        else:
            groups.append(([DAYS[day]], today))
    return ", ".join(f"{_days_in_words(days)} {_hours_in_words(periods)}" for days, periods in groups)


def _days_in_words(days: list[str]) -> str:
    if len(days) == 1:
        return days[0]
    joiner = " en " if len(days) == 2 else " t/m "
    return days[0] + joiner + days[-1]


def _hours_in_words(periods: list[str]) -> str:
    if not periods:
        return "gesloten"
    return " en ".join(period.replace(":", ".") for period in periods) + " uur"
