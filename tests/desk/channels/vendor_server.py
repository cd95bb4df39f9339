"""A vendor's server on a real socket; what it answers is in the module of each vendor."""

from __future__ import annotations

import contextlib
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LONGEST_WAIT_SECONDS = 20


@dataclass
class Request:
    """What the desk asked. `body` is the JSON value, or the bytes when they are none."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class Reply:
    """What is sent back: `body` is a JSON value or bytes.

    Attributes:
        cut: close the connection instead of answering.
        wait_for: answer when this is set.
    """

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    wait_for: threading.Event | None = None


class VendorServer:
    """Attributes:
    url: base address.
    requests: what came in, in order.
    mishaps: replies for the next requests, instead of what the vendor answers when all is well.
    arrived: set at every request.
    """

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.mishaps: list[Reply] = []
        self.arrived = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=[0.01], daemon=True).start()

    def reply(self, request: Request) -> Reply:
        """What the vendor answers when all is well."""
        raise NotImplementedError

    def stop(self) -> None:
        """Stop listening: the next connection is refused."""
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        vendor = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._serve()

            def do_POST(self) -> None:
                self._serve()

            def _serve(self) -> None:
                raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                try:
                    body = json.loads(raw)
                except ValueError:
                    body = raw
                headers = {name.lower(): value for name, value in self.headers.items()}
                request = Request(self.command, self.path, headers, body)
                vendor.requests.append(request)
                reply = vendor.mishaps.pop(0) if vendor.mishaps else vendor.reply(request)
                vendor.arrived.set()
                if reply.wait_for:
                    reply.wait_for.wait(LONGEST_WAIT_SECONDS)
                if reply.cut:
                    self.close_connection = True
                    self.connection.shutdown(2)
                    return
                content = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the desk stopped waiting
                    self.send_response(reply.status)
                    for name, value in reply.headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(content)))
                    self.end_headers()
                    self.wfile.write(content)

            def log_message(self, format: str, *args: Any) -> None:
                """Quiet."""

        return Handler
