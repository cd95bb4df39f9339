"""A small site of somebody else, on which the chat is put."""

from __future__ import annotations

import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt


class Shop:
    """A site at another origin than the desk, with a policy that allows nothing inline.

    Attributes:
        url: its address.
        desk: the desk whose chat it has.
        body: what is on the page.
        secret: with which it signs what it tells the desk of its customers.
    """

    def __init__(self, desk: str = "") -> None:
        """Listen on a free port."""
        self.body, self.desk, self.secret = "", desk, secrets.token_urlsafe(32)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=[0.01], daemon=True)
        self._thread.start()

    def signs_in(self, customer: str, **claims: Any) -> str:
        """The token of a customer who is logged in here; `claims` go before the ordinary ones."""
        now = int(time.time())
        said = {"iss": self.url, "aud": self.desk, "sub": customer, "jti": secrets.token_hex(16), "iat": now}
        return jwt.encode({**said, "exp": now + 300, **claims}, self.secret, algorithm="HS256")

    def stop(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                script = f'<script type="module" src="{shop.desk}/widget.js"></script>'
                head = f'<!doctype html><html lang="nl"><title>Winkel</title>{script}'
                page = f"{head}<body><main>{shop.body}</main></body></html>"
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                policy = f"default-src 'none'; script-src {shop.desk}; connect-src {shop.desk}"
                self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                self.wfile.write(page.encode())

            def log_message(self, format: str, *args: Any) -> None:
                """Keep the test's output to the tests."""

        return Handler
