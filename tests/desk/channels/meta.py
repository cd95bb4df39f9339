"""What Meta's channels share in the tests: signed webhooks ("Validating Payloads": HMAC-SHA256 of the body with the app
secret)."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

from django.test import Client
from tests.desk.channels.vendor_server import Reply

APP_SECRET = "0123456789abcdef0123456789abcdef"
VERIFY_TOKEN = "verify-token-that-the-test-chose-itself"


def signed(body: bytes, secret: str = APP_SECRET) -> str:
    """The value of X-Hub-Signature-256."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def post(client: Client, name: str, content: Any, signature: str | None = "") -> Any:
    """Meta calls the webhook of a channel; with another signature, or None, it is not Meta."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    given = signed(body) if signature == "" else signature
    headers = {} if given is None else {"X-Hub-Signature-256": given}
    return client.post(f"/webhooks/{name}", body, content_type="application/json", headers=headers)


def error(code: int, status: int = 400, **more: Any) -> Reply:
    """ "Handling Errors" (Graph API)."""
    found = {"message": "(#0) Secret +31612345678", "type": "OAuthException", "code": code, "fbtrace_id": "A"}
    return Reply({"error": {**found, **more}}, status)
