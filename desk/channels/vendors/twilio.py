"""SMS and WhatsApp through Twilio (https://www.twilio.com/docs/messaging/api). What to click: docs/kanaal-twilio.md."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.utils.crypto import constant_time_compare

from channels.base import MessagingChannel, NotReadable, NotVerified, Outbound, Webhook
from channels.events import Event, Status
from channels.reading import number, text
from channels.vendors.http import json_in, retry_after, server_problem
from channels.vendors.twilio_codes import problem_of
from channels.vendors.twilio_reading import events_in, parameters, signature_of, status_in
from organisation.texts import say
from outbox.http import Answer, Exchange
from outbox.problems import DeliveryProblem
from outbox.settings import Fault, address_faults

_ACCOUNT = re.compile(r"AC[0-9a-f]{32}")
_TOKEN = re.compile(r"[0-9a-f]{32}")
_SERVICE = re.compile(r"MG[0-9a-f]{32}")
_TEMPLATE = re.compile(r"(HX[0-9a-f]{32})?")
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
_WHATSAPP = "whatsapp:"
# Where Twilio keeps files ("Media Resource": the address redirects there).
_FILE_HOSTS = (".twilio.com", ".twiliocdn.com")


class _Twilio(MessagingChannel):
    """What SMS and WhatsApp have in common."""

    most_choices = 0
    longest_title = 0

    @classmethod
    @abstractmethod
    def sender(cls) -> str:
        """The organisation's number, or the id of its messaging service."""

    @classmethod
    def is_wanted(cls) -> bool:
        """Is there a sender?"""
        return bool(cls.sender())

    @classmethod
    def faults(cls) -> Iterator[Fault]:
        """What cannot work."""
        if not _ACCOUNT.fullmatch(settings.CHANNEL_TWILIO_ACCOUNT_SID):
            yield Fault("DESK_TWILIO_ACCOUNT_SID", "It must be the Account SID: AC and 32 digits or a-f.")
        if not _TOKEN.fullmatch(settings.CHANNEL_TWILIO_AUTH_TOKEN):
            yield Fault(
                "DESK_TWILIO_AUTH_TOKEN", "It must be the Auth Token of the account: 32 digits or a-f."
            )
        yield from address_faults("DESK_TWILIO_API_URL", settings.CHANNEL_TWILIO_API_URL)

    @abstractmethod
    def to_twilio(self, address: str) -> str:
        """An address as Twilio writes it."""

    @abstractmethod
    def from_twilio(self, address: str) -> str:
        """A telephone number out of Twilio's writing; empty when it is none that can be answered."""

    def verify(self, webhook: Webhook) -> None:
        """By the signature; the address in it is the desk's public one, whatever a proxy made of it. Raises
        `NotVerified`."""
        expected = signature_of(webhook, settings.CHANNEL_TWILIO_AUTH_TOKEN)
        if not constant_time_compare(webhook.headers.get("X-Twilio-Signature", ""), expected):
            raise NotVerified

    def parse(self, webhook: Webhook) -> list[Event | Status]:
        """A message that came in, or the status of one that went out. Raises `NotReadable`."""
        found = {name: values[0] for name, values in parameters(webhook).items()}
        if not text(found, "MessageSid"):
            raise NotReadable
        if text(found, "AccountSid") != settings.CHANNEL_TWILIO_ACCOUNT_SID:
            return []
        if "MessageStatus" in found:
            return list(status_in(found))
        ours = {self.from_twilio(text(found, "To")), text(found, "MessagingServiceSid")}
        if self.sender() not in ours:
            return []
        return list(events_in(found, self.from_twilio(text(found, "From"))))

    def answer(self, webhook: Webhook) -> HttpResponse:
        """TwiML that says nothing: what is to be said goes out by itself."""
        return HttpResponse('<?xml version="1.0" encoding="UTF-8"?><Response/>', content_type="text/xml")

    def connect(self, url: str) -> str:
        """Look the account up, which shows that the token works. Raises `DeliveryProblem`."""
        account = text(self._call("GET", ".json"), "friendly_name")
        return say("channels/connected/twilio", account=account, url=url)

    def send(self, message: Outbound) -> str:
        """One message. Raises `DeliveryProblem`."""
        if message.is_late:
            raise DeliveryProblem("outside_window")
        return self._post(message.address, {"Body": self.fit(message.text)})

    def fit(self, words: str) -> str:
        """A text as it goes out."""
        return words

    def fetch(self, file: Mapping[str, object], largest: int) -> bytes:
        """ "Media Resource": the address asks for the account's token and sends on to where the file is. Raises
        `DeliveryProblem`."""
        url = str(file.get("url", ""))
        if not url.startswith(f"{settings.CHANNEL_TWILIO_API_URL}/"):
            raise DeliveryProblem("wrong_address", is_final=True)
        with Exchange() as exchange:
            answer = exchange.request("GET", url, changes=False, largest=largest, auth=_login())
            if answer.status in {301, 302, 303, 307, 308}:
                place = answer.headers.get("location", "")
                if not _is_file_place(place):
                    raise DeliveryProblem("redirect", str(answer.status), is_final=True)
                answer = exchange.request("GET", place, changes=False, largest=largest)
            return answer.require_success().body

    def _post(self, address: str, content: dict[str, str]) -> str:
        sender = self.sender()
        by = "MessagingServiceSid" if _SERVICE.fullmatch(sender) else "From"
        fields = {
            "To": self.to_twilio(address),
            by: sender if by == "MessagingServiceSid" else self.to_twilio(sender),
            "StatusCallback": f"{settings.PUBLIC_URL}/webhooks/{self.name}",
            **content,
        }
        remote_id = text(self._call("POST", "/Messages.json", data=fields), "sid")
        if not remote_id:
            raise DeliveryProblem("not_json", is_uncertain=True)
        return remote_id

    def _call(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        account = settings.CHANNEL_TWILIO_ACCOUNT_SID
        url = f"{settings.CHANNEL_TWILIO_API_URL}/2010-04-01/Accounts/{account}{path}"
        with Exchange() as exchange:
            answer = exchange.request(method, url, changes=method == "POST", auth=_login(), **options)
        found = json_in(answer)
        if answer.status in {200, 201}:
            return found
        raise _problem(answer, found)


class TwilioSms(_Twilio):
    """SMS. See `channels.base.MessagingChannel`."""

    name = "sms"
    # "Body": 1600 characters; a text outside GSM-7 costs a message for each 67 of them.
    longest_text = 1500

    @classmethod
    def sender(cls) -> str:
        """See `_Twilio`."""
        return str(settings.CHANNEL_TWILIO_SMS_FROM)

    @classmethod
    def faults(cls) -> Iterator[Fault]:
        """What cannot work."""
        if not (_PHONE.fullmatch(cls.sender()) or _SERVICE.fullmatch(cls.sender())):
            yield Fault(
                "DESK_TWILIO_SMS_FROM",
                "It must be a telephone number such as +31970…, or the SID of a messaging service (MG…).",
            )
        yield from super().faults()

    def to_twilio(self, address: str) -> str:
        """See `_Twilio`."""
        return address

    def from_twilio(self, address: str) -> str:
        """See `_Twilio`."""
        return address if _PHONE.fullmatch(address) else ""

    def fit(self, words: str) -> str:
        """Typographic characters as GSM-7 has them: one of them would more than double what the message costs."""
        plain = words.translate(_GSM)
        return plain if len(plain) <= 1600 else words


class TwilioWhatsApp(_Twilio):
    """WhatsApp through Twilio. See `channels.base.MessagingChannel`. Buttons need an approved template there, so choices
    are numbered lines."""

    name = "whatsapp_twilio"
    longest_text = 1600
    # "WhatsApp customer service windows"
    window = timedelta(hours=24)

    @classmethod
    def sender(cls) -> str:
        """See `_Twilio`."""
        return str(settings.CHANNEL_TWILIO_WHATSAPP_FROM)

    @classmethod
    def faults(cls) -> Iterator[Fault]:
        """What cannot work."""
        if not _PHONE.fullmatch(cls.sender()):
            yield Fault("DESK_TWILIO_WHATSAPP_FROM", "It must be a telephone number such as +31970….")
        if not _TEMPLATE.fullmatch(settings.CHANNEL_TWILIO_WHATSAPP_TEMPLATE):
            yield Fault("DESK_TWILIO_WHATSAPP_TEMPLATE", "It must be the SID of a content template (HX…).")
        yield from super().faults()

    def to_twilio(self, address: str) -> str:
        """See `_Twilio`."""
        return f"{_WHATSAPP}{address}"

    def from_twilio(self, address: str) -> str:
        """See `_Twilio`."""
        phone = address.removeprefix(_WHATSAPP)
        return phone if address.startswith(_WHATSAPP) and _PHONE.fullmatch(phone) else ""

    def invites(self) -> bool:
        """Is there a template?"""
        return bool(settings.CHANNEL_TWILIO_WHATSAPP_TEMPLATE)

    def invite(self, address: str) -> None:
        """Ask by the template to write, which opens the window again. Raises `DeliveryProblem`."""
        self._post(address, {"ContentSid": settings.CHANNEL_TWILIO_WHATSAPP_TEMPLATE})


_GSM = str.maketrans(
    {
        "‘": "'",
        "’": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "–": "-",
        "—": "-",
        "…": "...",
        "•": "-",
        "\u00a0": " ",
    }
)


def _login() -> tuple[str, str]:
    return settings.CHANNEL_TWILIO_ACCOUNT_SID, settings.CHANNEL_TWILIO_AUTH_TOKEN


def _is_file_place(place: str) -> bool:
    if place.startswith(f"{settings.CHANNEL_TWILIO_API_URL}/"):
        return True
    try:
        parts = urlsplit(place)
        return parts.scheme == "https" and (parts.hostname or "").endswith(_FILE_HOSTS)
    except ValueError:
        return False


def _problem(answer: Answer, found: dict[str, Any]) -> DeliveryProblem:
    """What an unsuccessful answer means ("Twilio's response": `code`, `message`, `status`)."""
    code = number(found, "code")
    if answer.status == 429:
        return DeliveryProblem("rate_limited", str(code or 429), retry_after=retry_after(answer))
    if answer.status in {401, 403} and code not in {63016}:
        return DeliveryProblem("not_allowed", str(code or answer.status))
    if answer.status >= 500 or not code:
        return server_problem(answer, is_refusal=bool(code))
    return problem_of(code)
