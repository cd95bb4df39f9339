"""What WhatsApp, Messenger and Instagram share: Meta's webhooks and its Graph API (https://developers.facebook.com/docs/graph-api)."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.utils.crypto import constant_time_compare

from channels.base import MessagingChannel, NotVerified, Webhook
from channels.reading import number, part, text
from channels.vendors.http import json_in, retry_after, server_problem
from outbox.http import Answer, Exchange
from outbox.problems import DeliveryProblem
from outbox.settings import Fault, address_faults

_APP_SECRET = re.compile(r"[0-9a-f]{32}")
_SHORTEST_VERIFY_TOKEN = 32
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{1,256}")
# Where Meta keeps files ("Media": the URL that is given for an id); the test's server is where the API is.
_FILE_HOSTS = (".fbsbx.com", ".fbcdn.net", ".facebook.com", ".whatsapp.net", ".cdninstagram.com")

# Codes of errors: "Handling Errors" (Graph API), "Error Codes" (WhatsApp Cloud API), "Error Codes" (Messenger Platform).
_NOT_ALLOWED = {0, 3, 10, 102, 190, 368, 131005, 131031, 131042, 133010, *range(200, 300)} - {230}
_RATE_LIMITED = {4, 17, 32, 613, 80006, 80007, 130429, 131048, 131056, 133016}
_TROUBLE = {1, 2, 1200, 131000, 131016}
_UNREACHABLE = {551, 131026, 131021}
_OUTSIDE_WINDOW = {131047}
# Messenger says by a subcode of error 10 that the customer wrote too long ago ("Error Codes", 2018278), and by one of
# 100 that there is no such person any more (2018001).
_OUTSIDE_WINDOW_SUBCODES = {2018278, 2534022}
_UNREACHABLE_SUBCODES = {2018001, 2018108, 1545041}


def call(path: str, body: Mapping[str, object], token: str) -> dict[str, Any]:
    """POST to the Graph API; the object that it answers. Raises `DeliveryProblem`."""
    with Exchange({"Authorization": f"Bearer {token}"}) as exchange:
        answer = exchange.request("POST", f"{settings.CHANNEL_META_API_URL}/{path}", changes=True, json=body)
    return _found(answer)


def look_up(path: str, token: str) -> dict[str, Any]:
    """GET from the Graph API; the object that it answers. Raises `DeliveryProblem`."""
    with Exchange({"Authorization": f"Bearer {token}"}) as exchange:
        answer = exchange.request("GET", f"{settings.CHANNEL_META_API_URL}/{path}", changes=False)
    return _found(answer)


def download(url: str, largest: int, token: str = "") -> bytes:
    """A file of Meta's; nothing is asked of another host. Raises `DeliveryProblem`."""
    try:
        parts, api = urlsplit(url), urlsplit(settings.CHANNEL_META_API_URL)
    except ValueError as error:
        raise DeliveryProblem("refused", is_final=True) from error
    is_metas = parts.scheme == "https" and (parts.hostname or "").endswith(_FILE_HOSTS)
    if not is_metas and (parts.scheme, parts.netloc) != (api.scheme, api.netloc):
        raise DeliveryProblem("refused", is_final=True)
    with Exchange({"Authorization": f"Bearer {token}"} if token else {}) as exchange:
        return exchange.request("GET", url, changes=False, largest=largest).require_success().body


def problem_of(code: int, subcode: int = 0) -> DeliveryProblem:
    """What an error code of Meta means for a message that was to be sent."""
    detail = str(code)
    if code in _OUTSIDE_WINDOW or subcode in _OUTSIDE_WINDOW_SUBCODES:
        return DeliveryProblem("outside_window", detail)
    if code in _UNREACHABLE or subcode in _UNREACHABLE_SUBCODES:
        return DeliveryProblem("blocked", detail, is_final=True)
    if code in _RATE_LIMITED:
        return DeliveryProblem("rate_limited", detail)
    if code in _TROUBLE:
        return DeliveryProblem("server_error", detail)
    if code in _NOT_ALLOWED:
        return DeliveryProblem("not_allowed", detail)
    return DeliveryProblem("refused", detail, is_final=True)


def _found(answer: Answer) -> dict[str, Any]:
    found = json_in(answer)
    if answer.status == 200 and found and "error" not in found:
        return found
    error = part(found, "error")
    if not error:
        if answer.status in (200, *range(500, 600)):
            raise server_problem(answer, is_refusal=False)
        answer.require_success()
    problem = problem_of(number(error, "code"), number(error, "error_subcode"))
    problem.retry_after = retry_after(answer)
    raise problem


def error_code(found: Mapping[str, Any]) -> int:
    """The code of the first error in a list of them; 0 when there is none."""
    errors = found.get("errors")
    return number(errors[0], "code") if isinstance(errors, list) and errors else 0


def name_in(found: Mapping[str, Any]) -> str:
    """A customer's name in a contact."""
    return text(part(found, "profile"), "name")


class MetaChannel(MessagingChannel):
    """What Meta's channels have in common: one app, so one secret, and one way to be called."""

    # WhatsApp, "Customer service windows"; Messenger Platform, "Messaging Window".
    window = timedelta(hours=24)

    @classmethod
    def faults(cls) -> Iterator[Fault]:
        """What is wrong with the settings of the app."""
        if not _APP_SECRET.fullmatch(settings.CHANNEL_META_APP_SECRET):
            yield Fault("DESK_META_APP_SECRET", "It must be the app secret: 32 digits and letters a to f.")
        if len(settings.CHANNEL_META_VERIFY_TOKEN) < _SHORTEST_VERIFY_TOKEN:
            yield Fault(
                "DESK_META_VERIFY_TOKEN",
                f"Fill it with at least {_SHORTEST_VERIFY_TOKEN} random characters, the same as in Meta's app dashboard.",
            )
        yield from address_faults("DESK_META_API_URL", settings.CHANNEL_META_API_URL)

    def verify(self, webhook: Webhook) -> None:
        """X-Hub-Signature-256 ("Webhooks", Validating Payloads). Raises `NotVerified`."""
        secret = settings.CHANNEL_META_APP_SECRET.encode()
        expected = "sha256=" + hmac.new(secret, webhook.body, hashlib.sha256).hexdigest()
        if not constant_time_compare(webhook.headers.get("X-Hub-Signature-256", ""), expected):
            raise NotVerified

    def challenge(self, webhook: Webhook) -> HttpResponse:
        """The answer to a verification request ("Webhooks", Validating Verification Requests). Raises `NotVerified`."""
        given, value = webhook.query.get("hub.verify_token", ""), webhook.query.get("hub.challenge", "")
        is_ours = constant_time_compare(given, settings.CHANNEL_META_VERIFY_TOKEN)
        if not is_ours or webhook.query.get("hub.mode") != "subscribe" or not _CHALLENGE.fullmatch(value):
            raise NotVerified
        return HttpResponse(value, content_type="text/plain")
