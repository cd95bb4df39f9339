"""What Twilio's webhooks say (https://www.twilio.com/docs/messaging/guides/webhook-request)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs

from channels.base import NotVerified, Webhook
from channels.events import Attached, Event, Receipt, Started, Status, Text, Unsupported
from channels.reading import text
from channels.vendors.twilio_codes import problem_of

_MOST_PARAMETERS = 200
_MOST_FILES = 10
# "Message Status Values": the others (accepted, queued, sending) tell nothing that is not known.
_RECEIPTS = {
    "sent": Receipt.SENT,
    "delivered": Receipt.DELIVERED,
    "read": Receipt.READ,
    "undelivered": Receipt.FAILED,
    "failed": Receipt.FAILED,
}
# "Accepted Content Types for Media".
_KEPT = ("image/", "application/", "text/")
_UNSUPPORTED = {"audio": "voice", "video": "video"}


def parameters(webhook: Webhook) -> dict[str, list[str]]:
    """The form in the body. Raises `NotVerified`."""
    try:
        return parse_qs(webhook.body.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_PARAMETERS)
    except ValueError as error:
        raise NotVerified from error  # Twilio encodes everything beyond ASCII


def signature_of(webhook: Webhook, token: str) -> str:
    """`X-Twilio-Signature` as it must be: HMAC-SHA1 of the address that Twilio called and the sorted parameters
    ("Validating Signatures from Twilio"). Raises `NotVerified`."""
    said = webhook.url + "".join(
        f"{name}{value}"
        for name, values in sorted(parameters(webhook).items())
        for value in sorted(set(values))
    )
    digest = hmac.new(token.encode(), said.encode("utf-8", "surrogatepass"), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def events_in(found: Mapping[str, str], address: str) -> Iterator[Event]:
    """What a customer sent. `address` is the customer's telephone number; empty for who cannot be answered."""
    sid = found["MessageSid"]
    common: dict[str, Any] = {
        "address": address,
        "name": text(found, "ProfileName"),
    }
    if not address:
        return  # a name or a short number: nobody who can be answered
    # "Advanced Opt-Out": Twilio answers these words itself, and sends nothing more after STOP.
    if (opted := text(found, "OptOutType").upper()) in {"STOP", "HELP"}:
        return
    if opted == "START":
        yield Started(vendor_id=sid, **common)
        return
    words = text(found, "Body")
    files = list(_files(found))
    if "Latitude" in found:
        yield Unsupported(vendor_id=sid, kind="location", **common)
    elif not files:
        yield Text(vendor_id=sid, text=words, **common)
    for index, (kind, url) in enumerate(files):
        vendor_id = f"{sid}/{index}"
        if kind.startswith(_KEPT) and "vcard" not in kind:
            caption = words if index == 0 else ""
            yield Attached(vendor_id=vendor_id, file={"url": url}, caption=caption, **common)
            continue
        if words and index == 0:
            yield Text(vendor_id=sid, text=words, **common)
        what = "contact" if "vcard" in kind else _UNSUPPORTED.get(kind.partition("/")[0], "other")
        yield Unsupported(vendor_id=vendor_id, kind=what, **common)


def status_in(found: Mapping[str, str]) -> Iterator[Status]:
    """How a message that went out stands; nothing when that tells nothing new."""
    receipt = _RECEIPTS.get(found["MessageStatus"])
    if receipt is None:
        return
    code = text(found, "ErrorCode")
    is_code = code.isascii() and code.isdigit() and len(code) < 8
    has_failed = receipt == Receipt.FAILED
    yield Status(
        receipt=receipt,
        remote_id=found["MessageSid"],
        problem=problem_of(int(code) if is_code else 0).name if has_failed else "",
        detail=code if is_code and has_failed else "",
    )


def _files(found: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Type and address of each file."""
    count = text(found, "NumMedia")
    for index in range(min(int(count), _MOST_FILES) if count.isascii() and count.isdigit() else 0):
        yield text(found, f"MediaContentType{index}"), text(found, f"MediaUrl{index}")
