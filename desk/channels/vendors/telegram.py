"""Telegram (Bot API, https://core.telegram.org/bots/api). What to click is in docs/kanaal-telegram.md."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare

from channels.base import MessagingChannel, NotVerified, Outbound, Webhook
from channels.events import Attached, Event, Pressed, Started, Status, Text, Unsupported
from channels.reading import json_of, moment, number, part, parts, text
from channels.vendors.http import json_in, retry_after, server_problem
from organisation.texts import say
from outbox.http import Answer, Exchange
from outbox.problems import DeliveryProblem
from outbox.settings import Fault, address_faults

_TOKEN = re.compile(r"[0-9]{5,}:[A-Za-z0-9_-]{30,}")
# "Only characters A-Z, a-z, 0-9, _ and - are allowed", 1-256 (setWebhook); shorter ones than this can be guessed.
_SECRET = re.compile(r"[A-Za-z0-9_-]{32,256}")
# What the webhook asks for (`allowed_updates`).
UPDATES = ["message", "edited_message", "callback_query"]
_UNSUPPORTED = {
    "voice": "voice",
    "audio": "voice",
    "video": "video",
    "video_note": "video",
    "animation": "video",
    "sticker": "sticker",
    "location": "location",
    "venue": "location",
    "contact": "contact",
}
# Messages about the chat, which nobody wrote.
_SERVICE = {
    "pinned_message",
    "message_auto_delete_timer_changed",
    "write_access_allowed",
    "chat_background_set",
}
_START = "/start"


class Telegram(MessagingChannel):
    """See `channels.base.MessagingChannel`. Private chats only: in a group everybody would read along."""

    name = "telegram"
    longest_text = 4000  # sendMessage takes 4096 UTF-16 units
    most_choices = 20
    longest_title = 64

    @classmethod
    def is_wanted(cls) -> bool:
        """Is there a token?"""
        return bool(settings.CHANNEL_TELEGRAM_TOKEN)

    @classmethod
    def faults(cls) -> Iterator[Fault]:
        """What cannot work."""
        if not _TOKEN.fullmatch(settings.CHANNEL_TELEGRAM_TOKEN):
            yield Fault(
                "DESK_TELEGRAM_TOKEN", "It must be the token that BotFather gave, such as 123456:ABC…."
            )
        if not _SECRET.fullmatch(settings.CHANNEL_TELEGRAM_SECRET):
            yield Fault(
                "DESK_TELEGRAM_WEBHOOK_SECRET",
                "Fill it with 32 to 256 letters, digits, - or _, and then tell Telegram (docs/kanaal-telegram.md).",
            )
        yield from address_faults("DESK_TELEGRAM_API_URL", settings.CHANNEL_TELEGRAM_API_URL)

    def verify(self, webhook: Webhook) -> None:
        """Telegram sends the secret of setWebhook in a header. Raises `NotVerified`."""
        given = webhook.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not constant_time_compare(given, settings.CHANNEL_TELEGRAM_SECRET):
            raise NotVerified

    def parse(self, webhook: Webhook) -> list[Event | Status]:
        """One Update. Raises `NotReadable`."""
        update = json_of(webhook.body)
        if press := part(update, "callback_query"):
            return list(_press(press))
        for kind in ("message", "edited_message"):
            if message := part(update, kind):
                return list(_message(message, is_edited=kind == "edited_message"))
        return []

    def answer(self, webhook: Webhook) -> HttpResponse:
        """Ends the waiting sign on a pressed button: a method can be called in the answer to a webhook."""
        press = text(part(json_of(webhook.body), "callback_query"), "id")
        if not press:
            return HttpResponse(status=200)
        return JsonResponse({"method": "answerCallbackQuery", "callback_query_id": press})

    def connect(self, url: str) -> str:
        """getMe and setWebhook; what waits at Telegram is kept. Raises `DeliveryProblem`."""
        bot = text(part(self.call("getMe", {}, changes=False), "result"), "username")
        body = {"url": url, "secret_token": settings.CHANNEL_TELEGRAM_SECRET, "allowed_updates": UPDATES}
        self.call("setWebhook", body)
        return say("channels/connected/telegram", bot=bot, url=url)

    def send(self, message: Outbound) -> str:
        """sendMessage; plain text, so that nothing in it is taken for formatting. Raises `DeliveryProblem`."""
        body: dict[str, Any] = {
            "chat_id": message.address,
            "text": message.text,
            "link_preview_options": {"is_disabled": True},
        }
        if message.choices:
            rows = [[{"text": one.title, "callback_data": one.reference}] for one in message.choices]
            body["reply_markup"] = {"inline_keyboard": rows}
        result = part(self.call("sendMessage", body), "result")
        return f"{message.address}/{number(result, 'message_id')}"

    def fetch(self, file: Mapping[str, object], largest: int) -> bytes:
        """getFile, then the file itself. Raises `DeliveryProblem`."""
        found = part(self.call("getFile", {"file_id": file.get("file_id")}, changes=False), "result")
        path = quote(text(found, "file_path"))
        if number(found, "file_size") > largest:
            raise DeliveryProblem("too_large", is_final=True)
        with Exchange() as exchange:
            url = f"{settings.CHANNEL_TELEGRAM_API_URL}/file/bot{settings.CHANNEL_TELEGRAM_TOKEN}/{path}"
            return exchange.request("GET", url, changes=False, largest=largest).require_success().body

    def call(self, method: str, body: Mapping[str, object], *, changes: bool = True) -> dict[str, Any]:
        """Call a method of the Bot API; its whole answer. Raises `DeliveryProblem`."""
        url = f"{settings.CHANNEL_TELEGRAM_API_URL}/bot{settings.CHANNEL_TELEGRAM_TOKEN}/{method}"
        with Exchange() as exchange:
            answer = exchange.request("POST", url, changes=changes, json=body)
        found = json_in(answer)
        if answer.status == 200 and found.get("ok") is True:
            return found
        raise _problem(answer, found)


def _problem(answer: Answer, found: dict[str, Any]) -> DeliveryProblem:
    """What an unsuccessful answer means ("Making requests": `ok` false, `error_code`, `parameters.retry_after`)."""
    detail = str(answer.status)
    is_refusal = found.get("ok") is False
    match answer.status:
        case 429:
            wait = retry_after(answer, number(part(found, "parameters"), "retry_after"))
            return DeliveryProblem("rate_limited", detail, retry_after=wait)
        # A token that was revoked gives 401, one that never was 404.
        case 401 | 404:
            return DeliveryProblem("not_allowed", detail)
        case 403:
            return DeliveryProblem("blocked", detail, is_final=True)
        case status if status >= 500 or status == 200:
            return server_problem(answer, is_refusal=is_refusal)
        case _:
            return DeliveryProblem("refused", detail, is_final=True)


def _message(message: dict[str, Any], *, is_edited: bool) -> Iterable[Event]:
    chat = part(message, "chat")
    if text(chat, "type") != "private" or part(message, "from").get("is_bot") or _SERVICE & message.keys():
        return
    address, message_id = text(chat, "id"), number(message, "message_id")
    written = number(message, "edit_date") if is_edited else number(message, "date")
    common: dict[str, Any] = {
        "vendor_id": f"{address}/{message_id}" + (f"/{written}" if is_edited else ""),
        "address": address,
        "sent_at": moment(written),
        "sequence": message_id,
        "name": _name(part(message, "from")),
    }
    words = text(message, "text")
    if words.split(" ")[0] == _START and not is_edited:
        yield Started(**common)
    elif words:
        yield Text(text=words, **common)
    elif photos := parts(message, "photo"):
        largest = max(photos, key=lambda photo: number(photo, "file_size") or number(photo, "width"))
        yield _file(largest, message, common)
    elif document := part(message, "document"):
        # An animation comes with a document of the same file, for older programs.
        yield (
            Unsupported(kind="video", **common)
            if "animation" in message
            else _file(document, message, common)
        )
    else:
        kind = next((kind for name, kind in _UNSUPPORTED.items() if name in message), "other")
        yield Unsupported(kind=kind, **common)


def _file(found: dict[str, Any], message: dict[str, Any], common: dict[str, Any]) -> Event:
    return Attached(
        file={"file_id": text(found, "file_id")},
        file_name=text(found, "file_name"),
        caption=text(message, "caption"),
        **common,
    )


def _press(press: dict[str, Any]) -> Iterable[Event]:
    message, user = part(press, "message"), part(press, "from")
    chat = part(message, "chat")
    if text(chat, "type") != "private" or user.get("is_bot"):
        return
    reference = text(press, "data")
    rows = part(message, "reply_markup").get("inline_keyboard")
    buttons = (
        [button for row in rows if isinstance(row, list) for button in row] if isinstance(rows, list) else []
    )
    title = next((text(one, "text") for one in buttons if text(one, "callback_data") == reference), "")
    yield Pressed(
        vendor_id=f"press/{text(press, 'id')}",
        address=text(chat, "id"),
        name=_name(user),
        reference=reference,
        title=title,
    )


def _name(user: dict[str, Any]) -> str:
    return f"{text(user, 'first_name')} {text(user, 'last_name')}".strip()
