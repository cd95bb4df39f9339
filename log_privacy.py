"""Keeps what customers write out of the logs of Rasa and of the action server.

Rasa logs a message that timed out, the SQL with which a conversation could not be stored, and what an action server that
failed sends back: all of it the customer's words. So a record is made safe when it is made, before any handler or formatter
sees it, whichever of them Rasa installs later. `nlu` and `actions` install this when they are imported.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from collections.abc import Iterator
from typing import Any

# What Rasa's structured records may keep: names and numbers of its own. Everything else may be, or hold, a customer's words.
_KEPT = ("event", "event_info", "level", "action_name", "policy_name", "model_id", "url", "status")
_LONGEST = 300
_PERSONAL = (
    (re.compile(r"[^\s\"'<>(]+@[^\s\"'<>)]+"), "[e-mailadres]"),
    (re.compile(r"\b[A-Z]{2}\d{2}(?:[ .-]?[A-Z0-9]{2,4}){2,8}\b", re.IGNORECASE), "[IBAN]"),
    # Nine digits may be a BSN, more a card or telephone number; separators do not hide them.
    (re.compile(r"(?<![\w.:])\+?\d(?:[ .-]?\d){8,18}(?![\w:])"), "[nummer]"),
    (
        re.compile(
            r"\b(?:wacht\s?woord|password|pas{1,2}woord|pin\s?-?code|inlogcode)\b\W*(?:is|was|luidt)?\W*\S+",
            re.I,
        ),
        "[wachtwoord]",
    ),
)


def install() -> None:
    """Make every record of this process safe from here on. A second call changes nothing."""
    factory = logging.getLogRecordFactory()
    if getattr(factory, "is_private", False):
        return

    def private(*args: Any, **kwargs: Any) -> logging.LogRecord:
        return _safe_record(factory(*args, **kwargs))

    private.is_private = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(private)


def _safe_record(record: logging.LogRecord) -> logging.LogRecord:
    try:
        message = record.getMessage()
    except (TypeError, ValueError, KeyError):
        message = "a record whose arguments do not fit"
    record.msg, record.args = safe(message), ()
    if isinstance(record.exc_info, tuple) and record.exc_info[1] is not None:
        record.exc_text = "\n".join(_frames(record.exc_info[1]))
    record.exc_info = None
    return record


def safe(message: str) -> str:
    """A message that a log may keep: of a structured record the names, of others the first line, masked."""
    if message.startswith("{"):
        try:
            fields = json.loads(message)
        except ValueError:
            fields = None
        if isinstance(fields, dict):
            kept = {name: fields[name] for name in _KEPT if isinstance(fields.get(name), str | int)}
            return _masked(json.dumps(kept, ensure_ascii=False))
    first, _, rest = message.strip().partition("\n")
    return _masked(first) + (" [...]" if rest else "")


def _masked(text: str) -> str:
    """Cut before it is masked, so that no pattern has to look at a long text; half a number is cut off with it."""
    if len(text) > _LONGEST:
        text = text[:_LONGEST].rpartition(" ")[0] + " [...]"
    for pattern, placeholder in _PERSONAL:
        text = pattern.sub(placeholder, text)
    return text


def _frames(error: BaseException) -> Iterator[str]:
    """Where an error and its causes came from. Never their texts, which may hold what the customer wrote."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield from _frames(cause)
        yield "which led to"
    for frame in traceback.extract_tb(error.__traceback__):
        yield f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}'
    yield type(error).__name__
