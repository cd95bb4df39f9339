"""Messenger and Instagram (Meta's Messenger Platform, https://developers.facebook.com/docs/messenger-platform).

Two channels with one interface at Meta. What to click: docs/kanaal-messenger.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings

from channels.base import NotReadable, Outbound, Webhook
from channels.events import Attached, Event, Pressed, Receipt, Started, Status, Text, Unsupported
from channels.reading import json_of, moment, number, part, parts, text
from channels.vendors import meta
from organisation.texts import say
from outbox.problems import DeliveryProblem
from outbox.settings import Fault

_ACCOUNT = re.compile(r"[0-9]{5,20}")
# What customers send of which the kind is known ("Webhook Events": messages, attachments).
_UNSUPPORTED = {
    "audio": "voice",
    "video": "video",
    "location": "location",
    "sticker": "sticker",
    "ig_reel": "video",
    "reel": "video",
}
# The Get Started button ("messaging_postbacks"); set by `connect`.
_START = "start"


class _Messages(meta.MetaChannel):
    """What the two have in common. See `channels.base.MessagingChannel`.

    Attributes:
        kind: `object` in Meta's webhooks.
        account: setting with the id of the page or the professional account.
        token: setting with the page's access token.
    """

    # "Quick Replies": 13, titles of 20 characters. They go away when the customer writes; typing the title always works.
    most_choices = 13
    longest_title = 20
    kind: str
    account: str
    token: str

    @classmethod
    def is_wanted(cls) -> bool:
        """Is there an account?"""
        return bool(_setting(cls.account))

    @classmethod
    def faults(cls) -> Iterator[Fault]:
        """What cannot work."""
        if not _ACCOUNT.fullmatch(_setting(cls.account)):
            yield Fault(_variable(cls.account), "It must be an id of digits only.")
        if not _setting(cls.token):
            yield Fault(_variable(cls.token), "Fill it with the access token of the page.")
        yield from super().faults()

    def parse(self, webhook: Webhook) -> list[Event | Status]:
        """What customers did ("Webhook Events"). Raises `NotReadable`."""
        body = json_of(webhook.body)
        if text(body, "object") != self.kind:
            raise NotReadable
        account = _setting(self.account)
        return [
            found
            for entry in parts(body, "entry")
            if text(entry, "id") == account
            for event in parts(entry, "messaging")
            for found in _found(event, account)
        ]

    def send(self, message: Outbound) -> str:
        """A text, with quick replies. Raises `DeliveryProblem`."""
        if message.is_late:
            raise DeliveryProblem("outside_window")
        content: dict[str, Any] = {"text": message.text}
        if message.choices:
            content["quick_replies"] = [
                {"content_type": "text", "title": one.title, "payload": one.reference}
                for one in message.choices
            ]
        body = {"recipient": {"id": message.address}, "messaging_type": "RESPONSE", "message": content}
        sent = meta.call("me/messages", body, _setting(self.token))
        remote_id = text(sent, "message_id")
        if not remote_id:
            raise DeliveryProblem("not_json", is_uncertain=True)
        return remote_id

    def fetch(self, file: Mapping[str, object], largest: int) -> bytes:
        """The address in the webhook is good for a while and needs no token. Raises `DeliveryProblem`."""
        return meta.download(text(file, "url"), largest)

    def connect(self, url: str) -> str:
        """Look the account up, which shows that the token works. Raises `DeliveryProblem`."""
        found = meta.look_up("me?fields=id,name", _setting(self.token))
        return say("channels/connected/meta", account=text(found, "name"), url=url)


class Messenger(_Messages):
    """A page's messages."""

    name = "messenger"
    longest_text = 1900  # "Send API": 2000 characters
    kind = "page"
    account = "CHANNEL_MESSENGER_PAGE_ID"
    token = "CHANNEL_MESSENGER_TOKEN"  # noqa: S105 - the name of a setting

    def connect(self, url: str) -> str:
        """As above; and show a Get Started button, so that who answers is said before the first question."""
        said = super().connect(url)
        meta.call("me/messenger_profile", {"get_started": {"payload": _START}}, _setting(self.token))
        meta.call(
            "me/subscribed_apps",
            {"subscribed_fields": "messages,messaging_postbacks,message_deliveries,message_reads"},
            _setting(self.token),
        )
        return said


class Instagram(_Messages):
    """Direct messages of a professional account that is linked to a page."""

    name = "instagram"
    # "Send a Message" (Instagram): 1000 bytes
    longest_text = 1000
    counts_bytes = True
    kind = "instagram"
    account = "CHANNEL_INSTAGRAM_ACCOUNT_ID"
    token = "CHANNEL_INSTAGRAM_TOKEN"  # noqa: S105 - the name of a setting


def _setting(name: str) -> str:
    return str(getattr(settings, name))


def _variable(name: str) -> str:
    return name.replace("CHANNEL_", "DESK_", 1)


def _found(event: dict[str, Any], account: str) -> Iterator[Event | Status]:
    sender = text(part(event, "sender"), "id")
    at = number(event, "timestamp")  # milliseconds
    if not sender or sender == account:  # an echo of what we sent
        return
    common: dict[str, Any] = {"address": sender, "sent_at": moment(at / 1000)}
    if message := part(event, "message"):
        yield from _message(message, common)
    elif press := part(event, "postback"):
        vendor_id = text(press, "mid") or f"{sender}/{at}"
        if text(press, "payload") == _START:
            yield Started(vendor_id=vendor_id, **common)
        else:
            title = text(press, "title")
            yield Pressed(vendor_id=vendor_id, reference=text(press, "payload"), title=title, **common)
    elif delivery := part(event, "delivery"):
        mids = delivery.get("mids")
        for mid in mids if isinstance(mids, list) else ():
            yield Status(receipt=Receipt.DELIVERED, remote_id=mid if isinstance(mid, str) else "")
        yield from _until(Receipt.DELIVERED, sender, number(delivery, "watermark"))
    elif read := part(event, "read"):
        if remote_id := text(read, "mid"):  # Instagram
            yield Status(receipt=Receipt.READ, remote_id=remote_id)
        else:
            yield from _until(Receipt.READ, sender, number(read, "watermark"))


def _until(receipt: Receipt, sender: str, watermark: int) -> Iterator[Status]:
    """ "message_deliveries" and "message_reads": everything that was sent before the watermark."""
    if (up_to := moment(watermark / 1000)) is not None:
        yield Status(receipt=receipt, address=sender, up_to=up_to)


def _message(message: dict[str, Any], common: dict[str, Any]) -> Iterator[Event]:
    vendor_id = text(message, "mid")
    if message.get("is_echo") is True or message.get("is_deleted") is True:
        return
    words, reply = text(message, "text"), part(message, "quick_reply")
    if reply:
        yield Pressed(vendor_id=vendor_id, reference=text(reply, "payload"), title=words, **common)
        return
    files = parts(message, "attachments")
    if not files:
        kind = Text(text=words, vendor_id=vendor_id, **common) if words else None
        yield kind or Unsupported(kind="other", vendor_id=vendor_id, **common)
    for index, file in enumerate(files):
        own = {**common, "vendor_id": f"{vendor_id}/{index}", "sequence": index}
        kind_of_file, content = text(file, "type"), part(file, "payload")
        if kind_of_file in ("image", "file") and text(content, "url") and "sticker_id" not in content:
            yield Attached(file={"url": text(content, "url")}, caption="" if index else words, **own)
            continue
        if words and not index:
            yield Text(text=words, vendor_id=vendor_id, **common)
        kind_of_file = "sticker" if "sticker_id" in content else kind_of_file
        yield Unsupported(kind=_UNSUPPORTED.get(kind_of_file, "other"), **own)
