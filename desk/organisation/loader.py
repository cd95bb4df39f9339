"""Reads `organisation.yml`. The desk refuses to start without the ways to reach the organisation (R8)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import jsonschema
import phonenumbers
import yaml
from django.conf import settings

from config.environment import ROOT, ConfigurationError
from organisation.opening_hours import OpeningHours, Period

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# Without these a customer whose chat fails would have nowhere to go (R8).
_NEVER_MISSING = {"phone": "telefoonnummer", "email": "e-mailadres", "postal_address": "postadres"}


class OrganisationError(ConfigurationError):
    """`organisation.yml` cannot be used. One Dutch sentence, because the people who edit that file read Dutch."""


@dataclass(frozen=True)
class Organisation:
    """The organisation's facts, as customers see them. Fields are those of `organisation.schema.json`."""

    name: str
    assistant_name: str
    phone: str
    phone_link: str
    email: str
    postal_address: str
    website: str
    privacy_page: str
    opening_hours: OpeningHours


@cache
def current() -> Organisation:
    """The organisation of this installation, read once. Raises `OrganisationError`."""
    return load(settings.ORGANISATION_FILE)


def load(path: Path) -> Organisation:
    """Read and check one file.

    Raises:
        OrganisationError: it cannot be read, is not YAML, breaks the schema, lacks a way to reach the organisation, or
            names a number that callers pay extra for.
    """
    facts = _read(path)
    _check_schema(facts, path.name)
    return Organisation(
        name=facts["name"],
        assistant_name=facts["assistant_name"],
        phone=facts["phone"],
        phone_link=_phone_link(facts["phone"], path.name),
        email=facts["email"],
        postal_address=facts["postal_address"],
        website=facts.get("website", ""),
        privacy_page=facts["privacy_page"],
        opening_hours=_opening_hours(facts, path.name),
    )


def _read(path: Path) -> Any:
    try:
        # BaseLoader keeps every value a string: YAML would turn 09:00 and 085 into numbers of its own.
        facts = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - builds strings only
    except OSError as error:
        raise OrganisationError(f"{path.name} kan niet worden gelezen: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise OrganisationError(f"{path.name} is geen tekst in UTF-8.") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" op regel {mark.line + 1}" if mark else ""
        raise OrganisationError(f"{path.name} is geen geldige YAML{where}.") from error
    if isinstance(facts, dict) and str(facts.get("closed_on_public_holidays")).lower() in {"true", "false"}:
        facts["closed_on_public_holidays"] = facts["closed_on_public_holidays"].lower() == "true"
    return facts


def _check_schema(facts: Any, file_name: str) -> None:
    if not isinstance(facts, dict):
        raise OrganisationError(f"{file_name} bevat geen gegevens.")
    for field, word in _NEVER_MISSING.items():
        if not facts.get(field):
            raise OrganisationError(
                f"{file_name}: het {word} ({field}) ontbreekt; klanten moeten u ook zonder chat kunnen bereiken."
            )
    schema = json.loads((ROOT / "organisation.schema.json").read_text(encoding="utf-8"))
    error = jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(schema).iter_errors(facts))
    if error is not None:
        place = ".".join(str(part) for part in error.absolute_path) or "bovenaan"
        raise OrganisationError(f"{file_name}, {place}: {error.message}.")


def _phone_link(phone: str, file_name: str) -> str:
    """The number for a `tel:` link. Raises `OrganisationError` for a number that is none, or that costs extra (R8)."""
    try:
        number = phonenumbers.parse(phone, "NL")
    except phonenumbers.NumberParseException as error:
        raise OrganisationError(f"{file_name}: {phone!r} is geen telefoonnummer.") from error
    if not phonenumbers.is_possible_number(number):
        raise OrganisationError(f"{file_name}: {phone!r} is geen telefoonnummer.")
    kind = phonenumbers.number_type(number)
    is_090x = number.country_code == 31 and str(number.national_number).startswith("90")
    if is_090x or kind == phonenumbers.PhoneNumberType.PREMIUM_RATE:
        raise OrganisationError(
            f"{file_name}: {phone} is een betaald nummer; geef een nummer waarvoor klanten niet extra betalen."
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _opening_hours(facts: dict[str, Any], file_name: str) -> OpeningHours:
    try:
        zone = ZoneInfo(facts["timezone"])
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise OrganisationError(f"{file_name}: {facts['timezone']!r} is geen tijdzone.") from error
    week = {
        _WEEKDAYS.index(day): _periods(hours, f"{file_name}, {day}")
        for day, hours in facts["opening_hours"].items()
    }
    exceptions = {}
    for exception in facts.get("exceptions", []):
        try:
            day = date.fromisoformat(exception["date"])
        except ValueError as error:
            raise OrganisationError(
                f"{file_name}: {exception['date']!r} is geen datum (jjjj-mm-dd)."
            ) from error
        exceptions[day] = _periods(exception["hours"], f"{file_name}, {day}")
    return OpeningHours(zone, week, exceptions, facts.get("closed_on_public_holidays", True))


def _periods(hours: list[str], place: str) -> list[Period]:
    periods = []
    for text in hours:
        try:
            periods.append(Period.parse(text))
        except ValueError as error:
            raise OrganisationError(f"{place}: {text} eindigt niet later dan het begint.") from error
    periods.sort()
    for earlier, later in pairwise(periods):
        if earlier.closes is None or later.opens < earlier.closes:
            raise OrganisationError(f"{place}: de openingstijden overlappen elkaar.")
    return periods
