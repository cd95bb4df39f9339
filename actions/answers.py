"""Reads short answers to a form's question: yes or no, a house number, the customer's own words."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Tracker

MAX_CHARACTERS = 500
# The value of a slot in place of a choice: the back office has nothing to choose from.
NOTHING = "none"
_YES = re.compile(
    r"\W*(?:ja|jaa+|jazeker|jawel|jep|yep|yes|jup|zeker|klopt|correct|akkoord|graag)\b", re.IGNORECASE
)
_NO = re.compile(r"\W*(?:nee+|neen|nope|no|liever niet|toch niet|niet doen)\b", re.IGNORECASE)
# A yes with one of these is no clear yes: "ja maar eerst wil ik weten …". "Doe maar" and "zeg maar op" are.
_DOUBT = re.compile(
    r"\b(?:niet|geen|nee|wacht|eerst|alleen|tenzij|behalve|of)\b|\?|\bmaar\s+(?!graag|snel|hoor|aub|alsjeblieft|alstublieft|(?:op|af|in|aan|door|om)\W*$)\w",
    re.IGNORECASE,
)
_HOUSE_NUMBER = re.compile(
    r"\W*(?:(?:en\s+)?(?:het\s+)?(?:is\s+)?(?:huis)?\s?-?(?:nummer|nr)\.?\s*(?:is|:)?\s*)?"
    r"(\d{1,5})(?:[ -]?(bis|hs|huis|zw|rd|[a-z]\d{0,2})|\s?[-/]\s?(\d{1,4}))?\W*",
    re.IGNORECASE,
)
# What a customer may give instead of an answer, to mend what was said before.
_DETAILS = {"order_number", "customer_number", "postcode", "house_number"}


def said(tracker: Tracker) -> str:
    """The latest message as the customer typed it; empty when a button was pressed."""
    text = str(tracker.latest_message.get("text") or "")
    return "" if text.startswith("/") else text.strip()


def given(tracker: Tracker) -> set[str]:
    """The kinds of detail in the latest message, for example `{"postcode"}`."""
    return {str(found.get("entity")) for found in tracker.latest_message.get("entities") or []}


def yes_or_no(text: str) -> bool | None:
    """What a message says that begins with yes or no, whatever it is classified as: "ja, annuleer maar" is a yes.

    Returns:
        True or False; None when it begins otherwise, or is no clear yes.
    """
    if _NO.match(text):
        return False
    return True if _YES.match(text) and not _DOUBT.search(text) else None


def confirmation(tracker: Tracker, value: Any) -> bool | None:
    """What the customer answers to "is this right?", given how the message was classified.

    Args:
        tracker: the conversation.
        value: True for a message classified as yes, False for no, None otherwise.

    Returns:
        None, so that the question is asked again, for a yes with a doubt in it, and for a message with another detail in
        it ("nee, ik bedoel 400123457"): that is a correction.
    """
    text = said(tracker)
    if given(tracker) & _DETAILS:
        return None
    if value is None:
        return yes_or_no(text)
    return None if value and _DOUBT.search(text) else bool(value)


def house_number(text: str) -> str | None:
    """The house number in a message that holds nothing else, as `12` or `12A`; None for anything else."""
    match = _HOUSE_NUMBER.fullmatch(text.strip())
    if match is None:
        return None
    letters, digits = (match[2] or "").upper(), match[3]
    return f"{match[1]}-{digits}" if digits else f"{match[1]}{letters}"


def own_words(tracker: Tracker, value: Any) -> str | None:
    """An answer in the customer's own words, shortened.

    Returns:
        None for a pressed button, an empty answer, and a message that is only a detail: that mends an earlier answer.
    """
    text = str(value or "").strip()
    intent = (tracker.latest_message.get("intent") or {}).get("name")
    if not text or text.startswith("/") or (intent in ("inform", "deny") and given(tracker) & _DETAILS):
        return None
    return text[:MAX_CHARACTERS]
