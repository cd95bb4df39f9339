"""Makes records of JSON. What does not fit is an error: a half answer is never shown to a customer."""

from __future__ import annotations

import dataclasses
import datetime as dt
import logging
import types
import typing
from typing import Any, TypeVar

from actions.clients.back_office.records import (
    Appointment,
    BackOfficeError,
    Order,
    Refund,
)

logger = logging.getLogger(__name__)

Record = TypeVar("Record")

# Words that a response or a rule depends on.
_ALLOWED: dict[tuple[type, str], frozenset[str]] = {
    (Order, "status"): frozenset({"processing", "shipped", "delivered", "cancelled"}),
    (Refund, "status"): frozenset({"waiting_for_parcel", "checking", "paid"}),
    (Appointment, "part"): frozenset({"morning", "afternoon"}),
}


def wrong(what: str) -> BackOfficeError:
    """The error to raise for an answer that cannot be used, logged for who runs the system.

    Args:
        what: a few words without anything that came from the back office or the customer.
    """
    logger.error("back office: %s", what)
    return BackOfficeError(what)


def record(kind: type[Record], body: Any) -> Record:
    """A record of `records.py` from a JSON object with the same names.

    Args:
        kind: the class.
        body: the object; fields that the class does not have are ignored, a field with a default may be missing.

    Raises:
        BackOfficeError: it is no object, or a field is missing, of the wrong type or not one of the words it may be.
    """
    if not isinstance(body, dict):
        raise wrong(f"{kind.__name__}: not an object")
    types_of = typing.get_type_hints(kind)
    values = {}
    for field in dataclasses.fields(kind):  # type: ignore[arg-type]
        where = f"{kind.__name__}.{field.name}"
        if field.name not in body:
            if field.default is dataclasses.MISSING:
                raise wrong(f"{where} is missing")
            continue
        values[field.name] = _value(where, types_of[field.name], body[field.name])
        allowed = _ALLOWED.get((kind, field.name))
        if allowed and values[field.name] not in allowed:
            raise wrong(f"{where} is not one of the words it may be")
    return kind(**values)


def optional(kind: type[Record], body: Any) -> Record | None:
    """As `record`, but null is None."""
    return None if body is None else record(kind, body)


def several(kind: type[Record], body: Any) -> list[Record]:
    """As `record`, for each element of a list. Raises `BackOfficeError`."""
    if not isinstance(body, list):
        raise wrong(f"{kind.__name__}: not a list")
    return [record(kind, element) for element in body]


def day(where: str, value: Any) -> dt.date:
    """A day as `2026-11-24`. Raises `BackOfficeError`."""
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        # The value itself is customer data: it goes into no message and no chain of errors.
        raise wrong(f"{where} is not a day") from None


def _value(where: str, kind: Any, value: Any) -> Any:
    if isinstance(kind, types.UnionType) or typing.get_origin(kind) is typing.Union:
        if value is None:
            return None
        kind = next(each for each in typing.get_args(kind) if each is not type(None))
    if kind is dt.date:
        return day(where, value)
    # To Python a bool is an int.
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)) or value == "":
        raise wrong(f"{where} has the wrong type")
    return value
