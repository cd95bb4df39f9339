"""Takes in the assistant's records (docs/contracts.md, section 9)."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from conversations.models import Message, Sender
from turnlog.models import TurnRecord
from understanding.models import Understanding

VERSION = 1
_LONGEST_NAME = 128
_LONGEST_MODEL = 64
_MOST_ACTIONS = 20
_LONGEST_TURN_SECONDS = 3600.0


class NotARecord(Exception):
    """What came in is not what the contract says. The text names the kind of fault and no content."""


def store(bodies: list[bytes]) -> int:
    """Keep these records, in one transaction; one that is no record, or of a message that is gone, is passed over.

    A record that comes twice is kept once. Where the intent of a message is not known yet, it is now: the desk need not ask.

    Returns:
        How many were no records.
    """
    found: dict[int, TurnRecord] = {}
    refused = 0
    for body in bodies:
        try:
            record = _parse(body)
        except NotARecord:
            refused += 1
        else:
            found[record.message_id] = record
    with transaction.atomic():
        said = Message.objects.filter(pk__in=found, sender=Sender.CUSTOMER)
        known = set(said.values_list("pk", flat=True))
        records = [record for key, record in found.items() if key in known]
        TurnRecord.objects.bulk_create(records, ignore_conflicts=True)
        Understanding.objects.bulk_create(
            [
                Understanding(message_id=record.message_id, intent=record.intent)
                for record in records
                if record.understood
            ],
            ignore_conflicts=True,
        )
    return refused


def _parse(body: bytes) -> TurnRecord:
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotARecord("not JSON") from error
    if not isinstance(fields, dict) or fields.get("version") != VERSION:
        raise NotARecord("version")
    intents = [
        (_name(entry[0]), _number(entry[1], 1.0))
        for entry in _listed(fields, "intents")[:2]
        if isinstance(entry, list) and len(entry) == 2
    ]
    likeliest, certainty = intents[0] if intents else ("", 0.0)
    message_id, understood = fields.get("message_id"), fields.get("understood")
    if not isinstance(message_id, int) or isinstance(message_id, bool) or not isinstance(understood, bool):
        raise NotARecord("types")
    if not 0 < message_id < 2**63:
        raise NotARecord("message_id")
    return TurnRecord(
        message_id=message_id,
        at=datetime.fromtimestamp(_number(fields.get("at"), 253_370_764_800.0), UTC),
        intent=likeliest,
        certainty=certainty,
        second=intents[1][0] if len(intents) > 1 else "",
        understood=understood,
        actions=[_name(action) for action in _listed(fields, "actions")[:_MOST_ACTIONS]],
        seconds=_number(fields.get("seconds"), _LONGEST_TURN_SECONDS),
        model=_name(fields.get("model"))[:_LONGEST_MODEL],
    )


def _listed(fields: dict[str, Any], name: str) -> list[Any]:
    value = fields.get(name)
    if not isinstance(value, list):
        raise NotARecord(name)
    return value


def _name(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value or not value.isprintable():
        raise NotARecord("a name")
    return value[:_LONGEST_NAME]


def _number(value: Any, highest: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise NotARecord("a number")
    if not 0 <= value <= highest:
        raise NotARecord("a number")
    return float(value)
