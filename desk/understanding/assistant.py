"""Asks the assistant what a text means (docs/contracts.md, section 6): it answers nobody, opens and remembers nothing."""

from __future__ import annotations

from random import shuffle
from typing import Any

import httpx
from django.conf import settings

from turns.assistant import without_command

# An employee's page, or a round of the worker, waits this long at most.
TIMEOUT_SECONDS = 2.0
_PATH = "/model/parse"
_LONGEST_INTENT = 128


class AssistantSilent(Exception):
    """The assistant gave no answer that makes sense. The text names the kind of failure and no content."""


def intent_of(text: str) -> str:
    """The name of the intent that the assistant sees in a customer's text; empty when it sees none.

    Raises:
        AssistantSilent: it could not be reached, was too late, or answered nonsense.
    """
    try:
        response = _ask(without_command(text))
        body = response.json() if response.status_code == httpx.codes.OK else None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise AssistantSilent(type(error).__name__) from error
    except (ValueError, RecursionError) as error:
        raise AssistantSilent("not JSON") from error
    return _name(body)


def _ask(text: str) -> httpx.Response:
    """The answer of one of the servers, whichever can be reached."""
    urls = list(settings.RASA_URLS)
    shuffle(urls)
    for url in urls:
        try:
            return httpx.post(
                url + _PATH,
                params={"token": settings.RASA_TOKEN} if settings.RASA_TOKEN else None,
                json={"text": text},
                timeout=TIMEOUT_SECONDS,
                trust_env=False,
            )
        except httpx.ConnectError:
            if url == urls[-1]:
                raise
    raise AssertionError("there is at least one address")


def _name(body: Any) -> str:
    if not isinstance(body, dict) or not isinstance(body.get("intent"), dict):
        raise AssistantSilent("no intent")
    name = body["intent"].get("name")
    return name[:_LONGEST_INTENT] if isinstance(name, str) else ""
