"""WhatsApp (Meta's Cloud API, https://developers.facebook.com/docs/whatsapp/cloud-api). What to click:
docs/kanaal-whatsapp.md."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings

from channels.base import Choice, NotReadable, Outbound, Webhook
from channels.events import Attached, Event, Pressed, Receipt, Status, Text, Unsupported
from channels.reading import json_of, moment, number, part, parts, text
from channels.vendors import meta
from organisation.texts import say
from outbox.problems import DeliveryProblem
from outbox.settings import Fault

_NUMBER_ID = re.compile(r"[0-9]{5,20}")
_TEMPLATE = re.compile(r"([a-z0-9_]{1,512})?")
_LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z]{2})?")
# "Interactive Reply Buttons Messages" and "Interactive List Messages".
_MOST_REPLY_BUTTONS = 3
_LONGEST_REPLY_TITLE = 20
_LONGEST_REPLY_BODY = 1024
_UNSUPPORTED = {
    "audio": "voice",
    "video": "video",
    "sticker": "sticker",
    "location": "location",
    "contacts": "contact",
}
# A reaction is no message, and `system` tells of a changed number.
_NO_MESSAGE = {"reaction", "system"}
_RECEIPTS = {
    "sent": Receipt.SENT,
    "delivered": Receipt.DELIVERED,
    "read": Receipt.READ,
    "failed": Receipt.FAILED,
}


class WhatsApp(meta.MetaChannel):
    """See `channels.base.MessagingChannel`. One telephone number of the organisation."""

    name = "whatsapp"
    longest_text = 4000  # "Text Messages": 4096; the body of a list has the same limit
    most_choices = 10
    longest_title = 24

    @classmethod
    def is_wanted(cls) -> bool:
        """Is there a telephone number?"""
        return bool(settings.CHANNEL_WHATSAPP_NUMBER_ID)

    @classmethod
    def faults(cls) -> Iterator[Fault]:
        """What cannot work."""
        if not _NUMBER_ID.fullmatch(settings.CHANNEL_WHATSAPP_NUMBER_ID):
            yield Fault(
                "DESK_WHATSAPP_NUMBER_ID",
                "It must be the id of the telephone number: digits only, not the number.",
            )
        if not settings.CHANNEL_WHATSAPP_TOKEN:
            yield Fault("DESK_WHATSAPP_TOKEN", "Fill it with the access token of a system user.")
        if not _TEMPLATE.fullmatch(settings.CHANNEL_WHATSAPP_TEMPLATE):
            yield Fault(
                "DESK_WHATSAPP_TEMPLATE", "It must be the name of a template: small letters, digits and _."
            )
        if not _LANGUAGE.fullmatch(settings.CHANNEL_WHATSAPP_TEMPLATE_LANGUAGE):
            yield Fault("DESK_WHATSAPP_TEMPLATE_LANGUAGE", "It must be a language code such as nl.")
        yield from super().faults()

    def parse(self, webhook: Webhook) -> list[Event | Status]:
        """What happened at this number ("Webhooks", field `messages`). Raises `NotReadable`."""
        body = json_of(webhook.body)
        if text(body, "object") != "whatsapp_business_account":
            raise NotReadable
        found: list[Event | Status] = []
        for entry in parts(body, "entry"):
            for change in parts(entry, "changes"):
                value = part(change, "value")
                is_ours = (
                    text(part(value, "metadata"), "phone_number_id") == settings.CHANNEL_WHATSAPP_NUMBER_ID
                )
                if text(change, "field") == "messages" and is_ours:
                    found += _messages(value)
                    found += _statuses(value)
        return found

    def connect(self, url: str) -> str:
        """Look the number up, which shows that the token works. Raises `DeliveryProblem`."""
        path = f"{settings.CHANNEL_WHATSAPP_NUMBER_ID}?fields=display_phone_number,verified_name"
        found = meta.look_up(path, settings.CHANNEL_WHATSAPP_TOKEN)
        shown = f"{text(found, 'display_phone_number')} ({text(found, 'verified_name')})"
        return say("channels/connected/meta", account=shown, url=url)

    def send(self, message: Outbound) -> str:
        """A text, reply buttons or a list. Raises `DeliveryProblem`."""
        if message.is_late:
            raise DeliveryProblem("outside_window")
        if message.choices:
            content = {"type": "interactive", "interactive": _interactive(message)}
        else:
            content = {"type": "text", "text": {"preview_url": False, "body": message.text}}
        return self._post(message.address, {**content, "biz_opaque_callback_data": message.key})

    def invites(self) -> bool:
        """Is there a template?"""
        return bool(settings.CHANNEL_WHATSAPP_TEMPLATE)

    def invite(self, address: str) -> None:
        """Ask by the template to write, which opens the window again. Raises `DeliveryProblem`."""
        language = {"code": settings.CHANNEL_WHATSAPP_TEMPLATE_LANGUAGE}
        template = {"name": settings.CHANNEL_WHATSAPP_TEMPLATE, "language": language}
        self._post(address, {"type": "template", "template": template})

    def fetch(self, file: Mapping[str, object], largest: int) -> bytes:
        """ "Media": the address of the file, good for five minutes, and then the file. Raises `DeliveryProblem`."""
        found = meta.look_up(text(file, "id"), settings.CHANNEL_WHATSAPP_TOKEN)
        if number(found, "file_size") > largest:
            raise DeliveryProblem("too_large", is_final=True)
        return meta.download(text(found, "url"), largest, settings.CHANNEL_WHATSAPP_TOKEN)

    def _post(self, address: str, content: dict[str, Any]) -> str:
        # "Business-scoped user IDs": who has a user name is known by an id such as NL.1A2b instead of a telephone number.
        whom = {"recipient" if "." in address else "to": address}
        body = {"messaging_product": "whatsapp", "recipient_type": "individual", **whom, **content}
        found = meta.call(
            f"{settings.CHANNEL_WHATSAPP_NUMBER_ID}/messages", body, settings.CHANNEL_WHATSAPP_TOKEN
        )
        sent = parts(found, "messages")
        remote_id = text(sent[0], "id") if sent else ""
        if not remote_id:
            raise DeliveryProblem("not_json", is_uncertain=True)
        return remote_id


def _interactive(message: Outbound) -> dict[str, Any]:
    choices, body = message.choices, {"text": message.text}
    are_short = all(len(one.title) <= _LONGEST_REPLY_TITLE for one in choices)
    if len(choices) <= _MOST_REPLY_BUTTONS and are_short and len(message.text) <= _LONGEST_REPLY_BODY:
        buttons = [{"type": "reply", "reply": _row(one)} for one in choices]
        return {"type": "button", "body": body, "action": {"buttons": buttons}}
    rows = [_row(one) for one in choices]
    return {
        "type": "list",
        "body": body,
        "action": {"button": say("channels/list_button"), "sections": [{"rows": rows}]},
    }


def _row(choice: Choice) -> dict[str, str]:
    return {"id": choice.reference, "title": choice.title}


def _messages(value: dict[str, Any]) -> Iterator[Event]:
    contacts = parts(value, "contacts")
    names = {text(contact, by): meta.name_in(contact) for by in ("user_id", "wa_id") for contact in contacts}
    for message in parts(value, "messages"):
        kind, address = text(message, "type"), text(message, "from") or text(message, "from_user_id")
        if kind in _NO_MESSAGE:
            continue
        common: dict[str, Any] = {
            "vendor_id": text(message, "id"),
            "address": address,
            "sent_at": moment(number(message, "timestamp")),
            "name": names.get(address, ""),
        }
        yield _event(kind, message, common)


def _event(kind: str, message: dict[str, Any], common: dict[str, Any]) -> Event:
    content = part(message, kind)
    match kind:
        case "text":
            return Text(text=text(content, "body"), **common)
        case "interactive":
            reply = part(content, "button_reply") or part(content, "list_reply")
            return Pressed(reference=text(reply, "id"), title=text(reply, "title"), **common)
        case "button":  # below a template
            return Text(text=text(content, "text"), **common)
        case "image" | "document":
            return Attached(
                file={"id": text(content, "id")},
                file_name=text(content, "filename"),
                caption=text(content, "caption"),
                **common,
            )
    return Unsupported(kind=_UNSUPPORTED.get(kind, "other"), **common)


def _statuses(value: dict[str, Any]) -> Iterator[Status]:
    for status in parts(value, "statuses"):
        receipt = _RECEIPTS.get(text(status, "status"))
        if receipt is None:
            continue
        code = meta.error_code(status)
        yield Status(
            receipt=receipt,
            remote_id=text(status, "id"),
            key=text(status, "biz_opaque_callback_data"),
            problem=meta.problem_of(code).name if receipt == Receipt.FAILED else "",
            detail=str(code) if code else "",
        )
