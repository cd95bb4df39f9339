"""Takes another customer's data out of a text that is going to be used again.

What is stored has no BSN, account number or password in it (`privacy.masking`). An answer to one customer may still name
that customer, an order or an address; in the next conversation those become placeholders, which are never sent as they are
(`canned.placeholders`).
"""

from __future__ import annotations

import re

from organisation.loader import current
from tickets.models import Ticket

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_POSTCODE = re.compile(r"\b[1-9]\d{3} ?[A-Za-z]{2}\b(?: ?\d{1,5}[a-z]?\b)?", re.ASCII)
_PHONE = re.compile(r"(?<![\w-])(?:\+\d|0)(?:[ -]?\d){8,12}(?![\w-])")
# Orders, invoices, customers, tickets, track and trace: six digits or more, or letters and digits mixed.
_NUMBER = re.compile(r"\b(?:[A-Z]{1,4}-?)?\d[\d-]{5,}\b|\b(?=\w*\d)(?=\w*[A-Z])[A-Z0-9]{6,}\b")
_DATE = re.compile(
    r"\b\d{1,2}[-/]\d{1,2}(?:[-/]\d{2,4})?\b|\b\d{1,2} (?:januari|februari|maart|april|mei|juni|juli|augustus|september|"
    r"oktober|november|december)(?: \d{4})?\b",
    re.IGNORECASE,
)
# "Beste mevrouw De Vries," and "Dag Jan," begin a message; "meneer Jansen" may stand anywhere.
_TITLED = re.compile(
    r"\b((?i:mevrouw|mevr\.?|meneer|dhr\.?|de heer)) ((?:(?i:van|de|der|den|ten|ter|el) )*[A-ZÀ-Þ][\w'’-]+)"
)
_GREETED = re.compile(
    r"^((?i:beste|dag|hallo|hoi|geachte|goede(?:morgen|middag|navond)) )(?!meneer|mevrouw)([A-ZÀ-Þ][\w'’-]+)"
)


def without_personal_data(text: str, ticket: Ticket) -> str:
    """The text with placeholders for what belongs to the customer of this ticket. The organisation's own details stay."""
    email, phone = current().email.lower(), _digits(current().phone)
    text = _EMAIL.sub(lambda m: m[0] if m[0].lower() == email else "{e-mailadres van de klant}", text)
    for value in sorted(_known_values(ticket), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", "{nummer}", text, flags=re.IGNORECASE)
    text = _PHONE.sub(lambda m: m[0] if _digits(m[0]) == phone else "{telefoonnummer van de klant}", text)
    text = _POSTCODE.sub("{postcode}", text)
    text = _DATE.sub("{datum}", text)
    text = _NUMBER.sub("{nummer}", text)
    text = _TITLED.sub(r"\1 {naam}", text)
    return _GREETED.sub(r"\1{naam}", text)


def _known_values(ticket: Ticket) -> set[str]:
    """What the ticket says of the customer; very short values are ordinary words."""
    values = [*ticket.entities.values(), *(ticket.verified or {}).values()]
    return {str(value) for value in values if len(str(value)) >= 4}


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)
