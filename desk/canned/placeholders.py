"""Words in braces that stand for a value: `Beste {klant}, …`. One without a value is for the employee to fill in."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from employees.models import Employee
from organisation.loader import current
from tickets.models import Ticket
from website.hours import week_in_words

_IN_BRACES = re.compile(r"\{([^{}\n]{1,60})\}")


def _customer(ticket: Ticket, employee: Employee) -> str:
    return str(ticket.entities.get("name", ""))


def _opening_hours(ticket: Ticket, employee: Employee) -> str:
    return week_in_words(current().opening_hours, timezone.now())


# What may stand in a canned reply, and where its value comes from; an empty value is filled in by the employee.
_VALUES: dict[str, Callable[[Ticket, Employee], str]] = {
    "klant": _customer,
    "medewerker": lambda ticket, employee: employee.shown_name,
    "ticketnummer": lambda ticket, employee: ticket.number,
    "bestelnummer": lambda ticket, employee: str(ticket.entities.get("order_number", "")),
    "openingstijden": _opening_hours,
    "organisatie": lambda ticket, employee: current().name,
    "telefoonnummer": lambda ticket, employee: current().phone,
    "e-mailadres": lambda ticket, employee: current().email,
    "website": lambda ticket, employee: current().website,
}
NAMES = tuple(_VALUES)
# What stands in the place of another customer's data in a text that is used again (`suggestions.anonymous`).
OTHER_CUSTOMERS = (
    "naam",
    "nummer",
    "postcode",
    "datum",
    "e-mailadres van de klant",
    "telefoonnummer van de klant",
)


@dataclass(frozen=True)
class Filled:
    """A text for the composer.

    Attributes:
        missing: names that have no value; they still stand in the text, in braces.
    """

    text: str
    missing: tuple[str, ...]


def unknown_in(text: str) -> list[str]:
    """Names in braces that are no placeholder, in order, each once."""
    return [name for name in dict.fromkeys(_IN_BRACES.findall(text)) if name not in _VALUES]


def left_in(text: str) -> list[str]:
    """Placeholders that still stand in a text: it is not finished. In order, each once; other words in braces are text."""
    found = dict.fromkeys(_IN_BRACES.findall(text))
    return [name for name in found if name in _VALUES or name in OTHER_CUSTOMERS]


def fill(text: str, ticket: Ticket, employee: Employee) -> Filled:
    """Put in what is known of the ticket, the employee and the organisation."""

    def value(match: re.Match[str]) -> str:
        source = _VALUES.get(match[1])
        return (source(ticket, employee) if source else "") or match[0]

    filled = _IN_BRACES.sub(value, text)
    return Filled(filled, tuple(left_in(filled)))
