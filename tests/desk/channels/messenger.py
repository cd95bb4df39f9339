"""Messenger and Instagram as https://developers.facebook.com/docs/messenger-platform describes them: "Webhook Events",
"Send API",
"Quick Replies", "message_reads", "message_deliveries"; Instagram: "messaging_seen"."""

from __future__ import annotations

import itertools
import time
from typing import Any

from tests.desk.channels import meta
from tests.desk.channels.driver import Bubble, Driver
from tests.desk.channels.vendor_server import Reply, Request, VendorServer

ACCOUNT = "106540352242922"
TOKEN = "EAAG-page-access-token"
VERSION = "/v24.0"


class MessengerServer(VendorServer):
    """The Send API: `sent` holds what was sent, `files` the content by name."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[dict[str, Any]] = []
        self.files: dict[str, bytes] = {}

    def reply(self, request: Request) -> Reply:
        """Answer as the Graph API, or serve a file of a customer."""
        path = request.path.removeprefix(VERSION)
        if request.path.startswith("/file/"):
            assert "authorization" not in request.headers
            return Reply(self.files[path.rpartition("/")[2]])
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return meta.error(190, 401)
        if (request.method, path) == ("POST", "/me/messages"):
            self.sent.append(request.body)
            mid = self.id_of(len(self.sent) - 1)
            return Reply({"recipient_id": request.body["recipient"]["id"], "message_id": mid})
        if request.method == "POST" and path in ("/me/messenger_profile", "/me/subscribed_apps"):
            return Reply({"result": "success", "success": True})
        if path == "/me?fields=id,name":
            return Reply({"id": ACCOUNT, "name": "Lindenhof"})
        return meta.error(100)

    @staticmethod
    def id_of(number: int) -> str:
        """The id of the message that was sent as this one, from 0."""
        return f"m_AG5Hz2Uq7tuwNEhXfYYKj8mJEM_QPpz5jdCK48PnKAjSdjfipqxqMvK8{number:04d}"


class MessengerDriver(Driver):
    """See `Driver`."""

    name = "messenger"
    kind = "page"
    has_files = True
    longest = 2000
    vendor: MessengerServer

    def __init__(self) -> None:
        super().__init__()
        self.vendor = MessengerServer()
        self.person = 6254550134561000
        self._numbers = itertools.count(100)

    def configure(self, settings: Any) -> None:
        """See `Driver`."""
        settings.CHANNEL_MESSENGER_PAGE_ID = ACCOUNT
        settings.CHANNEL_MESSENGER_TOKEN = TOKEN
        self.configure_meta(settings)

    def configure_meta(self, settings: Any) -> None:
        """What Meta's channels share."""
        settings.CHANNEL_META_APP_SECRET = meta.APP_SECRET
        settings.CHANNEL_META_VERIFY_TOKEN = meta.VERIFY_TOKEN
        settings.CHANNEL_META_API_URL = self.vendor.url + VERSION

    def somebody_else(self) -> None:
        """See `Driver`."""
        self.person += 1

    def post(self, content: Any, signature: str | None = "") -> Any:
        """Meta calls the webhook."""
        return meta.post(self.client, self.name, content, signature)

    def event(self, *, seconds: int = 0, **content: Any) -> dict[str, Any]:
        """A notification with one event of the customer."""
        now = int(time.time() * 1000) + seconds * 1000
        event = {
            "sender": {"id": str(self.person)},
            "recipient": {"id": ACCOUNT},
            "timestamp": now,
            **content,
        }
        return {"object": self.kind, "entry": [{"id": ACCOUNT, "time": now, "messaging": [event]}]}

    def message(self, *, vendor_id: int | None = None, seconds: int = 0, **content: Any) -> dict[str, Any]:
        """A notification with a message."""
        number = next(self._numbers) if vendor_id is None else vendor_id
        mid = f"m_toDnmD0U4sQIdLpBKcbuMcMMX6bTeVJWXhs4sJ8Kq4vCIJ9tuh6{number}"
        return self.event(seconds=seconds, message={"mid": mid, **content})

    def write(self, text: str, *, vendor_id: int | None = None, seconds: int = 0) -> Any:
        """See `Driver`."""
        return self.post(self.message(vendor_id=vendor_id, seconds=seconds, text=text))

    def press(self, title: str) -> Any:
        """ "Quick Replies": a message with the title and the payload."""
        for sent in reversed(self.vendor.sent):
            for reply in sent["message"].get("quick_replies", []):
                if reply["title"] == title:
                    return self.post(self.message(text=title, quick_reply={"payload": reply["payload"]}))
        raise AssertionError(f"no button {title}")

    def speak(self) -> Any:
        """An audio attachment."""
        return self.post(
            self.message(attachments=[{"type": "audio", "payload": {"url": f"{self.vendor.url}/file/a"}}])
        )

    def send_file(self, content: bytes, *, caption: str = "", name: str = "") -> Any:
        """An attachment with the address at which Meta keeps it."""
        file = f"{len(self.vendor.files)}_n.jpg"
        self.vendor.files[file] = content
        attachment = {
            "type": "file" if name else "image",
            "payload": {"url": f"{self.vendor.url}/file/{file}"},
        }
        return self.post(self.message(attachments=[attachment], **({"text": caption} if caption else {})))

    def received(self) -> list[Bubble]:
        """What the documents forbid fails the test."""
        bubbles = []
        for sent in self.vendor.sent:
            assert sent["messaging_type"] == "RESPONSE"
            text, replies = sent["message"]["text"], sent["message"].get("quick_replies", [])
            assert len(text.encode() if self.kind == "instagram" else text) <= self.longest
            assert len(replies) <= 13
            assert all(len(one["title"]) <= 20 and len(one["payload"]) <= 1000 for one in replies)
            bubbles.append(Bubble(text, [one["title"] for one in replies]))
        return bubbles

    def busy(self, seconds: int) -> Reply:
        """ "Error Codes": 613, calls to this API have exceeded the rate limit."""
        return Reply(meta.error(613).body, 429, {"Retry-After": str(seconds)})

    def expired(self) -> Reply:
        """ "Error Codes": 190, invalid OAuth access token."""
        return meta.error(190, 401)


class InstagramDriver(MessengerDriver):
    """See `Driver`."""

    name = "instagram"
    kind = "instagram"
    longest = 1000

    def configure(self, settings: Any) -> None:
        """See `Driver`."""
        settings.CHANNEL_INSTAGRAM_ACCOUNT_ID = ACCOUNT
        settings.CHANNEL_INSTAGRAM_TOKEN = TOKEN
        self.configure_meta(settings)
