"""WhatsApp as https://developers.facebook.com/docs/whatsapp/cloud-api describes it: "Webhooks" (messages), "Messages",
"Media"."""

from __future__ import annotations

import itertools
import time
from typing import Any

from tests.desk.channels import meta
from tests.desk.channels.driver import Bubble, Driver
from tests.desk.channels.vendor_server import Reply, Request, VendorServer

NUMBER_ID = "106540352242922"
TOKEN = "EAAJB-system-user-token"
VERSION = "/v24.0"


class WhatsAppServer(VendorServer):
    """The Cloud API: `sent` holds what was sent, `files` the content by media id."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[dict[str, Any]] = []
        self.files: dict[str, bytes] = {}

    def reply(self, request: Request) -> Reply:
        """Answer as the Cloud API."""
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return meta.error(190, 401)
        path = request.path.removeprefix(VERSION)
        if (request.method, path) == ("POST", f"/{NUMBER_ID}/messages"):
            self.sent.append(request.body)
            to = request.body.get("to", "")
            contacts = [{"input": to, "wa_id": to}]
            sent = [{"id": self.id_of(len(self.sent) - 1)}]
            return Reply({"messaging_product": "whatsapp", "contacts": contacts, "messages": sent})
        if path.startswith(f"/{NUMBER_ID}?fields="):
            return Reply(
                {"display_phone_number": "+31 85 000 0000", "verified_name": "Lindenhof", "id": NUMBER_ID}
            )
        name = path.rpartition("/")[2]
        if path.startswith("/file/"):
            return Reply(self.files[name])
        if name in self.files:
            found = {"messaging_product": "whatsapp", "url": f"{self.url}{VERSION}/file/{name}", "id": name}
            return Reply(found | {"mime_type": "image/jpeg", "file_size": len(self.files[name])})
        return meta.error(100)

    @staticmethod
    def id_of(number: int) -> str:
        """The id of the message that was sent as this one, from 0."""
        return f"wamid.HBgLMzE2MTIzNDU2NzgVAgARGBJF{number:04d}AA=="


class WhatsAppDriver(Driver):
    """See `Driver`."""

    name = "whatsapp"
    has_files = True
    vendor: WhatsAppServer

    def __init__(self) -> None:
        super().__init__()
        self.vendor = WhatsAppServer()
        self.phone = 31612345678
        self._numbers = itertools.count(100)

    def configure(self, settings: Any) -> None:
        """See `Driver`."""
        settings.CHANNEL_WHATSAPP_NUMBER_ID = NUMBER_ID
        settings.CHANNEL_WHATSAPP_TOKEN = TOKEN
        settings.CHANNEL_META_APP_SECRET = meta.APP_SECRET
        settings.CHANNEL_META_VERIFY_TOKEN = meta.VERIFY_TOKEN
        settings.CHANNEL_META_API_URL = self.vendor.url + VERSION

    def somebody_else(self) -> None:
        """See `Driver`."""
        self.phone += 1

    def post(self, content: Any, signature: str | None = "") -> Any:
        """Meta calls the webhook."""
        return meta.post(self.client, self.name, content, signature)

    def change(self, **value: Any) -> dict[str, Any]:
        """A notification about one number ("Webhooks", notification payload)."""
        metadata = {"display_phone_number": "31850000000", "phone_number_id": NUMBER_ID}
        changed = {"messaging_product": "whatsapp", "metadata": metadata, **value}
        entry = {"id": "102290129340398", "changes": [{"value": changed, "field": "messages"}]}
        return {"object": "whatsapp_business_account", "entry": [entry]}

    def message(
        self, kind: str, content: Any, *, vendor_id: int | None = None, seconds: int = 0
    ) -> dict[str, Any]:
        """A notification with one message of this type."""
        number = next(self._numbers) if vendor_id is None else vendor_id
        message = {
            "from": str(self.phone),
            "id": f"wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQTRBNjU5OUFFRTAzODEwMTQ0{number}",
            "timestamp": str(int(time.time()) + seconds),
            "type": kind,
            kind: content,
        }
        contacts = [{"profile": {"name": "Vera Klaver"}, "wa_id": str(self.phone)}]
        return self.change(contacts=contacts, messages=[message])

    def status(self, status: str, number: int, **more: Any) -> Any:
        """Meta tells what became of the message that was sent as this one ("Status messages webhook reference")."""
        told = {
            "id": self.vendor.id_of(number),
            "status": status,
            "timestamp": str(int(time.time())),
            "recipient_id": str(self.phone),
            "biz_opaque_callback_data": self.vendor.sent[number]["biz_opaque_callback_data"],
            **more,
        }
        return self.post(self.change(statuses=[told]))

    def write(self, text: str, *, vendor_id: int | None = None, seconds: int = 0) -> Any:
        """See `Driver`."""
        return self.post(self.message("text", {"body": text}, vendor_id=vendor_id, seconds=seconds))

    def press(self, title: str) -> Any:
        """ "Interactive": button_reply or list_reply."""
        for sent in reversed(self.vendor.sent):
            for kind, row in rows_of(sent):
                if row["title"] == title:
                    return self.post(self.message("interactive", {"type": kind, kind: row}))
        raise AssertionError(f"no button {title}")

    def speak(self) -> Any:
        """An audio message."""
        audio = {"mime_type": "audio/ogg; codecs=opus", "sha256": "abc", "id": "1234567890", "voice": True}
        return self.post(self.message("audio", audio))

    def send_file(self, content: bytes, *, caption: str = "", name: str = "") -> Any:
        """An image or document message ("Media": the id under which it can be had)."""
        media = str(1000 + len(self.vendor.files))
        self.vendor.files[media] = content
        found = {
            "id": media,
            "sha256": "abc",
            "mime_type": "image/jpeg",
            **({"caption": caption} if caption else {}),
        }
        if name:
            return self.post(
                self.message("document", found | {"filename": name, "mime_type": "application/pdf"})
            )
        return self.post(self.message("image", found))

    def received(self) -> list[Bubble]:
        """See `Driver`."""
        return [
            Bubble(text_of(sent), [row["title"] for _, row in rows_of(sent)]) for sent in self.vendor.sent
        ]

    def busy(self, seconds: int) -> Reply:
        """ "Error codes": 130429, rate limit hit."""
        return Reply(meta.error(130429).body, 429, {"Retry-After": str(seconds)})

    def expired(self) -> Reply:
        """ "Error codes": 190, access token has expired."""
        return meta.error(190, 401)


def text_of(sent: dict[str, Any]) -> str:
    """What the customer reads."""
    if sent["type"] == "template":
        return f"sjabloon {sent['template']['name']}"
    return str(sent["text"]["body"] if sent["type"] == "text" else sent["interactive"]["body"]["text"])


def rows_of(sent: dict[str, Any]) -> list[tuple[str, dict[str, str]]]:
    """The buttons or rows below it, with the kind of the reply to them. What the documents forbid fails the test."""
    if sent["type"] != "interactive":
        return []
    interactive = sent["interactive"]
    if interactive["type"] == "button":
        buttons = [button["reply"] for button in interactive["action"]["buttons"]]
        assert 1 <= len(buttons) <= 3
        assert all(len(button["title"]) <= 20 and len(button["id"]) <= 256 for button in buttons)
        assert len(interactive["body"]["text"]) <= 1024
        return [("button_reply", button) for button in buttons]
    (section,) = interactive["action"]["sections"]
    assert len(interactive["action"]["button"]) <= 20
    assert 1 <= len(section["rows"]) <= 10
    assert all(len(row["title"]) <= 24 and len(row["id"]) <= 200 for row in section["rows"])
    assert len(interactive["body"]["text"]) <= 4096
    return [("list_reply", row) for row in section["rows"]]
