"""The organisation's systems (docs/contracts.md, section 4) as a server of their own that can fail on command."""

from __future__ import annotations

import contextlib
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_ORDER = {
    "number": "400123456",
    "customer": "K100001",
    "postcode": "3511 AB",
    "status": "shipped",
    "description": "koffiezetapparaat",
    "carrier": "PostNL",
    "expected": "2026-12-24",
    "delivered": None,
}
_SUBSCRIPTION = {"number": "A-2041", "description": "koffiebox", "ends": "2026-12-31", "cancelled": False}
_CUSTOMER = {"number": "K100001", "postcode": "3511 AB", "email": "fleur@example.nl"}


class BackOffice:
    """Answers, answers 500, answers what is no JSON, or never answers.

    Attributes:
        url: base address.
        mode: `works`, `error`, `garbage` or `never`.
    """

    def __init__(self) -> None:
        """Listen on a free port."""
        self.mode = "works"
        self._stopped = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=[0.01], daemon=True).start()

    def stop(self) -> None:
        """Stop listening, and let go whoever still waits."""
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, method: str, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        if path == "/orders/find":
            return 200, {"order": _ORDER if body.get("number") == _ORDER["number"] else None}
        if path == "/customers/find":
            return 200, {"customer": _CUSTOMER if body.get("number") == _CUSTOMER["number"] else None}
        if path == f"/customers/{_CUSTOMER['number']}/orders":
            return 200, {"orders": [_ORDER]}
        if path == f"/customers/{_CUSTOMER['number']}/orders/{_ORDER['number']}":
            return 200, {"order": _ORDER}
        if path == f"/customers/{_CUSTOMER['number']}/subscriptions":
            return 200, {"subscriptions": [_SUBSCRIPTION]}
        if re.fullmatch(r"/customers/K100001/subscriptions/A-2041/cancel", path) and method == "POST":
            return 200, {"subscription": {**_SUBSCRIPTION, "cancelled": True}}
        if path == f"/orders/{_ORDER['number']}/refund":
            return 200, {"refund": {"status": "waiting_for_parcel", "cents": 4995, "paid": None}}
        return 409, {"why": "not_offered_here"}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        office = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _handle(self) -> None:
                raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if office.mode == "never":
                    office._stopped.wait(60)
                    self.close_connection = True
                    return
                status, body = office._answer(self.command, self.path, json.loads(raw or b"{}"))
                content = json.dumps(body).encode()
                if office.mode == "error":
                    status, content = 500, b'{"detail": "boom", "request": ' + (raw or b"{}") + b"}"
                if office.mode == "garbage":
                    # As error pages do, it repeats what it was sent.
                    content = b"<html>\xff\x00 service temporarily " + raw
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the caller stopped waiting
                    self.send_response(status)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(content)))
                    self.end_headers()
                    self.wfile.write(content)

            do_GET = do_POST = do_PUT = do_DELETE = _handle  # noqa: N815 - names of the standard library

            def log_message(self, format: str, *args: Any) -> None:
                """Quiet."""

        return Handler
