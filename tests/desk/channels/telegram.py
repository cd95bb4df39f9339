"""Telegram as https://core.telegram.org/bots/api describes it: "Update", "Message", "CallbackQuery", "sendMessage"."""

from __future__ import annotations

import itertools
import time
from typing import Any

from tests.desk.channels.driver import Bubble, Driver
from tests.desk.channels.vendor_server import Reply, Request, VendorServer

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
SECRET = "telegram-webhook-secret-of-the-test_1"
CHAT = 1111111


class TelegramServer(VendorServer):
    """The Bot API: `sent` holds what was sent, `files` the content by file_id."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[dict[str, Any]] = []
        self.files: dict[str, bytes] = {}
        self._numbers = itertools.count(5000)

    def reply(self, request: Request) -> Reply:
        """Answer a method, or serve a file ("File": `https://api.telegram.org/file/bot<token>/<file_path>`)."""
        if request.path.startswith(f"/file/bot{TOKEN}/"):
            return Reply(self.files[request.path.rpartition("/")[2]])
        prefix = f"/bot{TOKEN}/"
        if not request.path.startswith(prefix):
            return Reply({"ok": False, "error_code": 401, "description": "Unauthorized"}, 401)
        match request.path.removeprefix(prefix):
            case "sendMessage":
                self.sent.append(request.body)
                return Reply(
                    {"ok": True, "result": {"message_id": next(self._numbers), "date": int(time.time())}}
                )
            case "getFile":
                name = request.body["file_id"]
                found = {"file_id": name, "file_size": len(self.files[name]), "file_path": f"photos/{name}"}
                return Reply({"ok": True, "result": found})
            case "setWebhook" | "answerCallbackQuery":
                return Reply({"ok": True, "result": True})
            case "getMe":
                return Reply({"ok": True, "result": {"id": 1, "is_bot": True, "username": "lindenhof_bot"}})
            case other:
                return Reply({"ok": False, "error_code": 404, "description": other}, 404)


class TelegramDriver(Driver):
    """See `Driver`."""

    name = "telegram"
    has_files = True
    vendor: TelegramServer

    def __init__(self) -> None:
        super().__init__()
        self.vendor = TelegramServer()
        self._numbers = itertools.count(100)
        self.chat = CHAT

    def configure(self, settings: Any) -> None:
        """See `Driver`."""
        settings.CHANNEL_TELEGRAM_TOKEN = TOKEN
        settings.CHANNEL_TELEGRAM_SECRET = SECRET
        settings.CHANNEL_TELEGRAM_API_URL = self.vendor.url

    def somebody_else(self) -> None:
        """See `Driver`."""
        self.chat += 1

    def post(self, update: Any, secret: str | None = SECRET) -> Any:
        """Telegram calls the webhook with an Update."""
        headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
        return self.client.post(
            "/webhooks/telegram", update, content_type="application/json", headers=headers
        )

    def message(self, *, vendor_id: int | None = None, seconds: int = 0, **content: Any) -> Any:
        """An Update with a Message that holds this content."""
        number, chat = next(self._numbers) if vendor_id is None else vendor_id, self.chat
        user = {
            "id": chat,
            "is_bot": False,
            "first_name": "Vera",
            "last_name": "Klaver",
            "language_code": "nl",
        }
        return {
            "update_id": 10_000 + number,
            "message": {
                "message_id": number,
                "from": user,
                "chat": {"id": chat, "first_name": "Vera", "last_name": "Klaver", "type": "private"},
                "date": int(time.time()) + seconds,
                **content,
            },
        }

    def write(self, text: str, *, vendor_id: int | None = None, seconds: int = 0) -> Any:
        """See `Driver`."""
        return self.post(self.message(vendor_id=vendor_id, seconds=seconds, text=text))

    def press(self, title: str) -> Any:
        """A CallbackQuery: it comes with the message under which the button stands."""
        for sent in reversed(self.vendor.sent):
            markup = sent.get("reply_markup", {"inline_keyboard": []})
            for (button,) in markup["inline_keyboard"]:
                if button["text"] == title:
                    return self.post(self.press_of(button["callback_data"], markup))
        raise AssertionError(f"no button {title}")

    def press_of(self, data: str, markup: Any) -> Any:
        """An Update with a CallbackQuery."""
        number = next(self._numbers)
        message = self.message()["message"] | {"from": {"id": 1, "is_bot": True}, "reply_markup": markup}
        user = {"id": CHAT, "is_bot": False, "first_name": "Vera"}
        query = {"id": str(4_000_000 + number), "from": user, "message": message, "data": data}
        return {"update_id": 10_000 + number, "callback_query": query | {"chat_instance": "1"}}

    def speak(self) -> Any:
        """A Voice."""
        voice = {"file_id": "AwACAgQAAxkBAAIB", "file_unique_id": "AgADbQ", "duration": 3, "file_size": 9000}
        return self.post(self.message(voice=voice | {"mime_type": "audio/ogg"}))

    def send_file(self, content: bytes, *, caption: str = "", name: str = "") -> Any:
        """ "PhotoSize" (the same photo in several sizes), or "Document"."""
        file = f"AgADBAAD{len(self.vendor.files)}"
        self.vendor.files[file] = content
        found: dict[str, Any] = {"file_id": file, "file_unique_id": file, "file_size": len(content)}
        if name:
            sent = {"document": found | {"file_name": name, "mime_type": "application/pdf"}}
        else:
            small = {"file_id": "small", "file_unique_id": "s", "file_size": 1, "width": 90, "height": 51}
            sent = {"photo": [small, found | {"width": 800, "height": 455}]}
        return self.post(self.message(**sent, **({"caption": caption} if caption else {})))

    def received(self) -> list[Bubble]:
        """See `Driver`."""
        return [
            Bubble(
                sent["text"],
                [
                    button["text"]
                    for row in sent.get("reply_markup", {}).get("inline_keyboard", [])
                    for button in row
                ],
            )
            for sent in self.vendor.sent
        ]

    def busy(self, seconds: int) -> Reply:
        """ "ResponseParameters": retry_after."""
        body = {"ok": False, "error_code": 429, "description": f"Too Many Requests: retry after {seconds}"}
        return Reply(body | {"parameters": {"retry_after": seconds}}, 429)

    def expired(self) -> Reply:
        """A token that BotFather revoked."""
        return Reply({"ok": False, "error_code": 401, "description": "Unauthorized"}, 401)
