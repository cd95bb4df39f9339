"""What a vendor tells the desk, in words that are the same for all of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something a customer did.

    Attributes:
        vendor_id: the vendor's own id, unique in the channel: the same id again is the same event, delivered once more.
        address: where the customer is reached: a chat id, a telephone number, an e-mail address.
        sent_at: when the customer did it by the vendor's clock (aware); None when the vendor does not say.
        sequence: puts what happened in the same second in order, when the vendor numbers its messages; else 0.
        name: what the customer is called on the channel; empty when unknown.
    """

    vendor_id: str
    address: str
    sent_at: datetime | None = None
    sequence: int = 0
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Started(Event):
    """The customer opened the conversation without saying anything."""


@dataclass(frozen=True, kw_only=True)
class Text(Event):
    """The customer wrote something: `text` as it came, not cleaned."""

    text: str


@dataclass(frozen=True, kw_only=True)
class Pressed(Event):
    """The customer pressed a button.

    Attributes:
        reference: what the desk gave the vendor with the button (`channels.choices`).
        title: what stood on it, when the vendor says so.
    """

    reference: str
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class Unsupported(Event):
    """Something that the desk cannot take.

    Attributes:
        kind: a name in `templates/messages/channels/content/`.
    """

    kind: str


@dataclass(frozen=True, kw_only=True)
class Attached(Event):
    """A picture or document.

    Attributes:
        file: what the channel's `fetch` needs to get it, as JSON can hold it; never shown.
        content: the file itself, when it came along; then nothing is fetched.
        file_name: as the customer's device called it; empty when unknown.
        caption: what the customer wrote with it.
    """

    file: dict[str, Any] = field(default_factory=dict)
    content: bytes | None = None
    file_name: str = ""
    caption: str = ""


class Receipt(StrEnum):
    """How far a message came, in this order."""

    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Status:
    """The vendor tells what became of a message of the desk.

    Attributes:
        remote_id: the vendor's id of that message; empty when `up_to` says which.
        address: the customer's, when the vendor says so.
        up_to: everything that was sent to `address` until this moment (aware); None when it is about one message.
        problem: why it failed, a name in `outbox`'s problems; empty otherwise.
        detail: a code that goes with it, of digits.
        key: the `Outgoing.key` with which it was sent, when the vendor gives that back; empty otherwise.
    """

    receipt: Receipt
    remote_id: str = ""
    address: str = ""
    up_to: datetime | None = None
    problem: str = ""
    detail: str = ""
    key: str = ""
