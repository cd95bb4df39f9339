"""What the desk says, worded in `templates/messages/` of each application; in English in `templates/messages/en/`."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone, translation

from organisation.loader import current

DUTCH, ENGLISH = "nl", "en"
LANGUAGES = (DUTCH, ENGLISH)


def say(name: str, language: str = DUTCH, /, **values: Any) -> str:
    """The text `templates/messages/<name>.txt` on one line, in the organisation's time.

    Args:
        name: path below `messages/` without `.txt`.
        language: one of `LANGUAGES`; what has no words in that language is said in Dutch.
        values: what the template needs besides `organisation`, which every template has.

    Raises:
        django.template.TemplateDoesNotExist: there is no such text.
    """
    organisation = current()
    files = [f"messages/{name}.txt"]
    if language != DUTCH:
        files.insert(0, f"messages/{language}/{name}.txt")
    with translation.override(language), timezone.override(organisation.opening_hours.zone):
        text = render_to_string(files, {"organisation": organisation, **values}, using="text")
    return " ".join(text.split())
