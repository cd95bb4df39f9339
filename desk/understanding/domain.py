"""What `domain.yml` says about the assistant's intents: their titles, purpose, owner, and the answers that never differ.

The file is the assistant's; the desk reads these things in it, as both parts read `organisation.yml`, so that a title
stands in one place (docs/contracts.md, section 6).
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.utils import timezone

from organisation.loader import Organisation, current
from website.hours import week_in_words

logger = logging.getLogger(__name__)

_FACT = re.compile(r"\{(\w+)\}")
_LONGEST_TITLE = 80


@dataclass(frozen=True)
class Intent:
    """One thing that a customer can want.

    Attributes:
        title: in Dutch, for people; empty when the assistant gives none.
        is_topic: it is what a conversation can be about, unlike "yes" or a greeting.
        purpose: what the organisation wants with the question: `automate`, `simplify`, `leverage`, `eliminate`, or empty.
        owner: who keeps its answer correct; empty when nobody is named.
        answer: the answer that never differs, with `{organisation_…}` for facts; empty when it takes a form, a look-up or
            a person.
    """

    title: str
    is_topic: bool
    answer: str
    purpose: str = ""
    owner: str = ""


@cache
def intents() -> dict[str, Intent]:
    """All intents by name, read once; none, with a warning, when the file cannot be used: the desk works without it."""
    path: Path = settings.DOMAIN_FILE
    try:
        domain = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        entries = [entry for entry in domain["intents"] if isinstance(entry, dict)]
        return {
            name: _intent(name, facts, domain["responses"])
            for entry in entries
            for name, facts in entry.items()
        }
    except (OSError, ValueError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        logger.warning("%s has no titles of intents for the desk: %s", path.name, type(error).__name__)
        return {}


@cache
def titles() -> dict[str, str]:
    """The Dutch title of each intent that has one."""
    return {name: intent.title for name, intent in intents().items() if intent.title}


def title_of(name: str) -> str:
    """The Dutch title of an intent; empty when there is none."""
    return titles().get(name, "")


def is_topic(name: str) -> bool:
    """Can a conversation be about this? An intent that the file does not name may well be."""
    intent = intents().get(name)
    return bool(name) and name not in _NO_TOPIC and (intent.is_topic if intent else True)


def answer_to(name: str) -> str:
    """The assistant's unchanging answer to an intent, with the organisation's facts put in; empty when it has none."""
    intent = intents().get(name)
    if intent is None or not intent.is_topic:
        return ""
    facts = _facts(current())
    if any(fact not in facts for fact in _FACT.findall(intent.answer)):
        return ""
    return _FACT.sub(lambda match: facts[match[1]], intent.answer)


# Asking for a person, and what the assistant did not understand, say nothing about the subject.
_NO_TOPIC = {"talk_to_human", "callback_request", "ticket_status", "capabilities", "nlu_fallback"}


def _intent(name: str, facts: dict[str, Any], responses: dict[str, Any]) -> Intent:
    said = responses.get(f"utter_{name}") or []
    # What is said in a special case only, as to a customer who cannot telephone, is not the answer.
    usual = [variation for variation in said if "condition" not in variation]
    fixed = usual[0].get("text", "") if len(usual) == 1 else ""
    title = str(facts.get("title") or "")[:_LONGEST_TITLE]
    metadata = said[0].get("metadata") if said else None
    owner = metadata.get("owner") if isinstance(metadata, dict) else None
    return Intent(
        title=title,
        is_topic=facts.get("offer") is not False,
        answer=" ".join(fixed.split()),
        purpose=str(facts.get("purpose") or ""),
        owner=str(owner or ""),
    )


def _facts(organisation: Organisation) -> dict[str, str]:
    names = ("name", "assistant_name", "phone", "email", "postal_address", "website", "privacy_page")
    facts = {f"organisation_{name}": getattr(organisation, name) for name in names}
    hours = week_in_words(organisation.opening_hours, timezone.now())
    return {**{name: fact for name, fact in facts.items() if fact}, "organisation_opening_hours": hours}
