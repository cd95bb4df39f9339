"""What the desk says, worded in `templates/messages/` of each application."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone, translation

from organisation.loader import current


def say(name: str, /, **values: Any) -> str:
    """The text `templates/messages/<name>.txt` on one line, in Dutch and in the organisation's time.

    Args:
        name: path below `messages/` without `.txt`.
        values: what the template needs besides `organisation`, which every template has.

    Raises:
        django.template.TemplateDoesNotExist: there is no such text.
    """
    organisation = current()
    with translation.override("nl"), timezone.override(organisation.opening_hours.zone):
        text = render_to_string(
            f"messages/{name}.txt", {"organisation": organisation, **values}, using="text"
        )
    return " ".join(text.split())
