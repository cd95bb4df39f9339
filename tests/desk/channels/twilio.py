"""Twilio as https://www.twilio.com/docs/messaging describes it: "Twilio's request to your incoming message Webhook URL",
"Messages resource", "Outbound Message Status in Status Callbacks", "Validating Signatures from Twilio"."""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.conf import settings as django_settings
from tests.desk.channels.driver import Bubble, Driver
from tests.desk.channels.vendor_server import Reply, Request, VendorServer

ACCOUNT = "AC" + "0123456789abcdef" * 2
TOKEN = "fedcba9876543210" * 2
OURS = "+3197010000001"
API = f"/2010-04-01/Accounts/{ACCOUNT}"


def signature(url: str, parameters: dict[str, str], token: str = TOKEN) -> str:
    """ "Validating Signatures from Twilio": the URL, then each parameter's name and value, sorted, HMAC-SHA1, base64."""
    said = url + "".join(name + parameters[name] for name in sorted(parameters))
    return base64.b64encode(hmac.new(token.encode(), said.encode(), hashlib.sha1).digest()).decode()


class TwilioServer(VendorServer):
    """The REST API: `sent` holds what was sent, `files` the content by name."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[dict[str, str]] = []
        self.files: dict[str, bytes] = {}

    def reply(self, request: Request) -> Reply:
        """Answer as Twilio."""
        if request.path.startswith("/elsewhere/"):
            assert "authorization" not in request.headers
            return Reply(self.files[request.path.rpartition("/")[2]])
        login = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {login}":
            return error(20003, 401)
        if request.path == f"{API}.json":
            return Reply({"sid": ACCOUNT, "friendly_name": "Lindenhof"})
        if (request.method, request.path) == ("POST", f"{API}/Messages.json"):
            self.sent.append(dict(parse_qsl(request.body.decode())))
            return Reply({"sid": self.id_of(len(self.sent) - 1), "status": "queued"}, 201)
        if "/Media/" in request.path:
            name = request.path.rpartition("/")[2]
            return Reply(b"", 307, {"Location": f"{self.url}/elsewhere/{name}"})
        return error(20404, 404)

    @staticmethod
    def id_of(number: int) -> str:
        """The id of the message that was sent as this one, from 0."""
        return f"SM{number:032x}"


def error(code: int, status: int = 400) -> Reply:
    """ "Twilio's response": an error."""
    more = f"https://www.twilio.com/docs/errors/{code}"
    return Reply({"code": code, "message": "Nee", "more_info": more, "status": status}, status)


class SmsDriver(Driver):
    """See `Driver`."""

    name = "sms"
    prefix = ""
    has_buttons = False
    has_clock = False
    vendor: TwilioServer

    def __init__(self) -> None:
        super().__init__()
        self.vendor = TwilioServer()
        self._numbers = itertools.count(100)
        self.phone = "+31612345678"

    def configure(self, settings: Any) -> None:
        """See `Driver`."""
        settings.CHANNEL_TWILIO_ACCOUNT_SID = ACCOUNT
        settings.CHANNEL_TWILIO_AUTH_TOKEN = TOKEN
        settings.CHANNEL_TWILIO_API_URL = self.vendor.url
        settings.CHANNEL_TWILIO_SMS_FROM = OURS

    def somebody_else(self) -> None:
        """See `Driver`."""
        self.phone = "+31687654321"

    def post(self, parameters: dict[str, str], signed: str | None = None) -> Any:
        """Twilio calls the webhook with a form."""
        path = f"/webhooks/{self.name}"
        if signed is None:
            signed = signature(f"{django_settings.PUBLIC_URL}{path}", parameters)
        return self.client.post(
            path,
            urlencode(parameters),
            content_type="application/x-www-form-urlencoded",
            headers={"X-Twilio-Signature": signed},
        )

    def message(self, *, vendor_id: int | None = None, **parameters: str) -> dict[str, str]:
        """The parameters of a message that came in."""
        number = next(self._numbers) if vendor_id is None else vendor_id
        sid = f"SM{'f' * 20}{number:012x}"
        ordinary = {
            "ToCountry": "NL",
            "SmsMessageSid": sid,
            "NumMedia": "0",
            "FromZip": "",
            "SmsSid": sid,
            "SmsStatus": "received",
            "Body": "",
            "To": f"{self.prefix}{OURS}",
            "NumSegments": "1",
            "MessageSid": sid,
            "AccountSid": ACCOUNT,
            "From": f"{self.prefix}{self.phone}",
            "ApiVersion": "2010-04-01",
        }
        return ordinary | parameters

    def write(self, text: str, *, vendor_id: int | None = None, seconds: int = 0) -> Any:
        """See `Driver`."""
        fit = text.encode("utf-8", "replace").decode()  # Twilio sends UTF-8
        return self.post(self.message(vendor_id=vendor_id, Body=fit))

    def press(self, title: str) -> Any:
        """The number of the newest line with this title."""
        for sent in reversed(self.vendor.sent):
            for line in reversed(sent["Body"].splitlines()):
                number, _, shown = line.partition(". ")
                if shown == title and number.isdigit():
                    offers = sent["Body"].splitlines()
                    lines = [one for one in offers if one.partition(". ")[0].isdigit()]
                    return self.write(number if len(lines) > 1 else title)
        raise AssertionError(f"no line {title}")

    def speak(self) -> Any:
        """A message with a sound."""
        media = {"NumMedia": "1", "MediaContentType0": "audio/ogg", "MediaUrl0": self.media_url("ME1")}
        return self.post(self.message(**media))

    def media_url(self, name: str) -> str:
        """ "Media Resource": the address of a file."""
        return f"{self.vendor.url}{API}/Messages/MM1/Media/{name}"

    def status(self, number: int, status: str, **parameters: str) -> Any:
        """The status callback of the message that was sent as this one, from 0."""
        sid = self.vendor.id_of(number)
        ordinary = {"MessageSid": sid, "SmsSid": sid, "MessageStatus": status, "SmsStatus": status}
        return self.post(ordinary | {"AccountSid": ACCOUNT, "To": self.phone, "From": OURS} | parameters)

    def received(self) -> list[Bubble]:
        """See `Driver`."""
        return [Bubble(sent["Body"]) for sent in self.vendor.sent]

    def busy(self, seconds: int) -> Reply:
        """Error 20429."""
        reply = error(20429, 429)
        reply.headers = {"Retry-After": str(seconds)}
        return reply

    def expired(self) -> Reply:
        """Error 20003."""
        return error(20003, 401)


class TwilioWhatsAppDriver(SmsDriver):
    """WhatsApp through Twilio."""

    name = "whatsapp_twilio"
    prefix = "whatsapp:"

    def configure(self, settings: Any) -> None:
        """See `Driver`."""
        super().configure(settings)
        settings.CHANNEL_TWILIO_SMS_FROM = ""
        settings.CHANNEL_TWILIO_WHATSAPP_FROM = OURS

    def message(self, *, vendor_id: int | None = None, **parameters: str) -> dict[str, str]:
        """As above, with the profile."""
        extra = {"ProfileName": "Vera Klaver", "WaId": self.phone.removeprefix("+")}
        return super().message(vendor_id=vendor_id, **(extra | parameters))
